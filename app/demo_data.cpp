#include "app/demo_data.hpp"

#include <array>

// Brightfern is an invented company: a web shop for home and office goods with a cloud for files, backups and sites.
namespace callboard::app {
namespace {

constexpr auto tickets = std::to_array<demo_ticket>({
  {"Charged twice for my March subscription",
   "My bank shows two payments of 49 euros on the same morning, both with your name on them. I only have one "
   "subscription and one invoice. Please return the second payment.",
   "Ann Leighton", "ann.leighton@example.com"},
  {"Parcel marked delivered but never arrived",
   "Tracking says the desk lamp was handed over on Tuesday at noon. Nobody was at home then and none of my "
   "neighbours has it. There is no card in the letter box either.",
   "Tobias Whitcombe", "t.whitcombe@example.org"},
  {"Sync client stuck at 99 percent",
   "Since yesterday the desktop sync has been hanging on the last of about 12,000 files. Pausing and resuming does "
   "nothing, and the log repeats 'waiting for lock' every ten seconds. Windows 11, client 4.2.",
   "Priya Raman", "priya.raman@example.com"},
  {"Rechnung ohne Umsatzsteuer-ID",
   "Auf unserer letzten Rechnung fehlt die Umsatzsteuer-ID, obwohl sie im Kundenkonto hinterlegt ist. Unsere "
   "Buchhaltung kann den Beleg so nicht annehmen. Bitte senden Sie uns eine korrigierte Fassung.",
   "Katrin Vogelsang", "k.vogelsang@example.org"},
  {"Reset e-mail never reaches me",
   "I asked for a new password four times today. The page says a message is on its way, but nothing comes, not even "
   "in the junk folder. My provider says nothing was rejected.",
   "Gordon Abara", "gordon.abara@example.com"},
  {"Kettle leaks from the base",
   "The steel kettle I bought three weeks ago drips from underneath as soon as the water gets hot. I have stopped "
   "using it because it stands next to a socket. What are my options?",
   "Meredith Sloane", "meredith.sloane@example.com"},
  {"No puedo iniciar sesión desde el nuevo móvil",
   "He cambiado de teléfono y la aplicación me pide un código que solo llegaba al antiguo. Ya no lo tengo. ¿Cómo "
   "puedo recuperar el acceso a mi cuenta sin perder los archivos?",
   "Lucía Ferrándiz", "lucia.ferrandiz@example.com"},
  {"Please change the delivery address before dispatch",
   "I ordered a bookshelf last night and only noticed now that my old flat was still selected. The order has not "
   "been packed yet according to the page. Can you send it to the new address instead?",
   "Hannah Okonjo", "hannah.okonjo@example.org"},
  {"Backup job reports success but folder is empty",
   "Our nightly backup has been green for two weeks. When I tried a test restore today, the target folder contained "
   "nothing but a manifest file. This is our accounting share, so I am rather nervous.",
   "Dmitri Halloran", "d.halloran@example.com"},
  {"Voucher from the newsletter is refused",
   "The code you mailed on Monday gives 'not valid for this basket'. There is nothing in the small print about "
   "office chairs being excluded. I would like to order before the offer ends on Sunday.",
   "Celia Brandvold", "celia.brandvold@example.com"},
  {"Webhook calls stopped on Saturday night",
   "Our endpoint received order events without trouble for months. Since Saturday, 23:40 UTC, nothing comes in. The "
   "dashboard shows the hook as active and its last call as successful.",
   "Ismael Corbett", "icorbett@example.org"},
  {"Cancel my premium plan at the end of the month",
   "I no longer need two terabytes and would like to go back to the free plan when the current period is over. "
   "Please confirm that nothing more will be taken from my card.",
   "Rosalind Teague", "rosalind.teague@example.com"},
  {"Lieferung unvollständig: zwei Stühle fehlen",
   "Bestellt hatten wir sechs Besucherstühle, geliefert wurden heute nur vier. Auf dem Lieferschein stehen trotzdem "
   "sechs. Der Fahrer wusste von keinem weiteren Paket. Wann kommt der Rest?",
   "Jörg Hellmann", "joerg.hellmann@example.com"},
  {"Two-factor codes are always rejected",
   "I set up the authenticator app this morning and every code it shows is refused as expired. The clock on my phone "
   "is set automatically. The backup codes do work, but I only have six left.",
   "Fatima Desrosiers", "fatima.desrosiers@example.org"},
  {"Refund for returned headphones still missing",
   "You confirmed receipt of the headphones on the 4th and promised the money within ten days. It is now the 23rd "
   "and my account shows nothing. The return number is on the attached slip.",
   "Callum Prentice", "callum.prentice@example.com"},
  {"Website shows 502 after adding a certificate",
   "I uploaded our own certificate for the shop subdomain and since then every page answers with 502. Removing the "
   "certificate again did not bring the site back. Customers are calling us already.",
   "Nadia Kowalczyk", "nadia.kowalczyk@example.com"},
  {"Wrong colour of backpack delivered",
   "I ordered the dark green rucksack and received a bright orange one. The label on the box says green. I would "
   "like to swap it, ideally before our trip on the 18th.",
   "Owen Marsh", "owen.marsh@example.org"},
  {"Can I pay by bank transfer instead of card?",
   "Our association has no credit card, only a normal bank account. Is it possible to receive an invoice and pay the "
   "yearly plan by transfer? We have about thirty members.",
   "Winifred Astley", "winifred.astley@example.org"},
  {"Shared link opens the wrong folder",
   "I created a public link to a folder with holiday pictures. People who open it see my tax documents of 2021 "
   "instead. I have deleted the link, but I want to understand how this could happen.",
   "Samuel Ekström", "samuel.ekstrom@example.com"},
  {"El paquete llegó abierto y faltan piezas",
   "La caja de la estantería venía con la cinta rota y dentro faltan los tornillos y una balda. El repartidor no "
   "esperó a que la revisara. Tengo fotos de todo.",
   "Andrés Villacampa", "andres.villacampa@example.org"},
  {"Upload limit is lower than advertised",
   "Your pricing page promises files of up to 50 gigabytes on the team plan. My uploads stop at exactly 10 with the "
   "message 'file too large'. Is the page wrong or is my account configured differently?",
   "Beatrix Langford", "b.langford@example.com"},
  {"Account locked after holiday",
   "I tried to sign in from a hotel in Portugal and now the account is locked 'for security reasons'. Back at home "
   "it is still locked. I have an order waiting to be confirmed.",
   "Reuben Castellane", "reuben.castellane@example.com"},
  {"Standing desk motor makes grinding noise",
   "The left leg of my motorised desk grinds loudly on the way up and the top tilts by about two centimetres. It was "
   "silent for the first half year. Resetting it as in the manual did not help.",
   "Imogen Fairbrother", "imogen.fairbrother@example.org"},
  {"Speicherplatz wird falsch angezeigt",
   "Laut Übersicht belege ich 480 GB, meine Dateien zusammen sind aber nur knapp 90 GB groß. Der Papierkorb ist "
   "leer und alte Versionen habe ich gelöscht. Wo steckt der Rest?",
   "Matthias Oberndorf", "m.oberndorf@example.com"},
  {"Please merge my two customer accounts",
   "Years ago I registered with my work address, later with my private one. Orders are now spread over both and the "
   "loyalty points never add up. I would like to keep only the private one.",
   "Yvonne Delacroix", "yvonne.delacroix@example.com"},
  {"Database import times out at 60 seconds",
   "Importing our dump of 800 megabytes through the panel always breaks off after a minute. Is there a way to raise "
   "the limit or to import over SSH? Splitting the file by hand is no fun.",
   "Petter Lindqvist", "petter.lindqvist@example.org"},
  {"Gift card balance vanished after checkout error",
   "I paid with a gift card of 75 pounds, the page crashed, and there is no order in my account. The card, however, "
   "now has a balance of zero. Please put the amount back.",
   "Georgina Whitlock", "georgina.whitlock@example.com"},
  {"Courier refuses to come up to the third floor",
   "I paid extra for delivery to the room. The driver left a 40 kilo cabinet at the street door and drove away. I had "
   "to pay a neighbour's son to carry it. I want the surcharge back.",
   "Ludovic Marchetti", "ludovic.marchetti@example.org"},
  {"Calendar shows every meeting one hour late",
   "Since the clocks changed, all appointments in the web calendar are an hour off, but only for colleagues in our "
   "Lisbon office. The time zone in their profile looks right.",
   "Teresa Quintela", "teresa.quintela@example.com"},
  {"Invoice needs our purchase order number",
   "Our head office rejects invoices without a purchase order number. Could you reissue the last three with "
   "PO-88213 in the reference line, and tell me how to set it for the future?",
   "Harold Nyberg", "harold.nyberg@example.com"},
  {"Tracking page has not changed for nine days",
   "The parcel has been 'in transit to the regional hub' since the 2nd. The courier tells me to ask you, as you are "
   "the sender. The birthday it was meant for is over.",
   "Olive Carrington", "olive.carrington@example.org"},
  {"Doble cargo en la tarjeta por un solo pedido",
   "Compré una cafetera por 89 euros y en el extracto aparecen dos cargos iguales con un minuto de diferencia. Solo "
   "recibí un correo de confirmación. Ruego que devuelvan uno de los dos.",
   "Rafael Montcada", "rafael.montcada@example.com"},
  {"API returns 429 although we are far below the limit",
   "We send roughly forty requests a minute with one key and the documented limit is six hundred. For a week, every "
   "third call has been answered with 429 and no retry hint.",
   "Kwabena Osei", "k.osei@example.org"},
  {"How do I delete my account for good?",
   "I want all my personal data removed, including old orders as far as the law permits. The settings page only "
   "offers to deactivate. Please tell me what you keep and for how long.",
   "Margot Svensson", "margot.svensson@example.com"},
  {"Mug set arrived in pieces",
   "Five of the eight mugs were broken when I opened the box. There was just one sheet of paper around them. I do not "
   "want a voucher, I would like a new set that is packed properly.",
   "Eleanor Pryce", "eleanor.pryce@example.org"},
  {"App crashes when opening a photo album",
   "Every album with more than a few hundred pictures closes the app at once on my tablet. Smaller ones are fine. "
   "Android 13, app version 7.0.3, installed fresh this morning.",
   "Chidi Anwell", "chidi.anwell@example.com"},
  {"Passwort zurücksetzen führt zu Fehlerseite",
   "Wenn ich auf den Link in der E-Mail klicke, erscheint nur 'Diese Seite ist abgelaufen', selbst wenn ich es "
   "innerhalb einer Minute tue. Ich habe drei Browser ausprobiert. Ich komme nicht mehr an meine Daten.",
   "Sabine Kettwig", "sabine.kettwig@example.org"},
  {"Price changed between basket and confirmation",
   "The office chair was 189 in my basket and 219 in the confirmation mail. I have a screenshot of the basket taken "
   "two minutes earlier. I expect to pay the price I agreed to.",
   "Lorcan Devlin", "lorcan.devlin@example.com"},
  {"Team member cannot see shared drive",
   "We added a new colleague to the 'Design' group on Monday. She accepted the invitation, but the drive does not "
   "appear for her, neither in the browser nor in the client. Others in the group see it.",
   "Astrid Holloway", "astrid.holloway@example.org"},
  {"Can you hold my order for two weeks?",
   "We are moving house and nobody can take a parcel before the 20th. Is it possible to keep the dining table in your "
   "warehouse until then? I would pay a storage fee.",
   "Bernard Achterberg", "bernard.achterberg@example.com"},
  {"Late fee although I paid on time",
   "You added 12 euros for a late payment. My transfer left on the 27th, three days before it was due, and the bank "
   "confirms it arrived on the 28th. Please take the fee off.",
   "Josephine Wardle", "josephine.wardle@example.org"},
  {"Domain transfer pending for two weeks",
   "I gave you the authorisation code on the 1st and the old provider released the domain the same day. Your panel "
   "still says 'waiting for registry'. Our mail depends on it.",
   "Anselm Rutherford", "anselm.rutherford@example.com"},
  {"Missing power adapter in router box",
   "The router itself looks brand new, but the compartment for the power adapter is empty. The box was sealed. I just "
   "need the adapter, no need to exchange everything.",
   "Paulina Wrobel", "paulina.wrobel@example.org"},
  {"Necesito factura con los datos de mi empresa",
   "Hice el pedido con mi nombre, pero el gasto es de la sociedad. ¿Pueden emitir de nuevo la factura con el CIF y "
   "la dirección fiscal? El gestor la necesita antes del día 15.",
   "Inmaculada Robles", "i.robles@example.com"},
  {"Mail from our domain lands in spam everywhere",
   "Since we moved our mailboxes to you, customers find our quotations in their junk folder. Your checker says SPF is "
   "fine but DKIM is 'not aligned'. We followed the guide to the letter.",
   "Valentina Hartigan", "valentina.hartigan@example.com"},
  {"Very rude reply on the phone",
   "I called about a late sofa and was told to 'just read the website like everybody else'. I have been a customer for "
   "eleven years and would like an apology from somebody in charge.",
   "Constance Mabey", "constance.mabey@example.org"},
  {"Return label cannot be printed",
   "The download button for the return label opens an empty page. I do not own a label printer, so a PDF for plain "
   "paper would be best. The return period ends on Friday.",
   "Dorian Blackwood", "dorian.blackwood@example.com"},
  {"Restore of a single mailbox possible?",
   "An employee who has left emptied her mailbox on the last day. We need the messages of the last quarter for a "
   "customer dispute. Do your backups cover single mailboxes and how far back do they go?",
   "Fergus McAllan", "fergus.mcallan@example.org"},
  {"Kreditkarte abgelaufen, Zahlung nicht änderbar",
   "Meine alte Karte ist abgelaufen. Beim Eintragen der neuen erscheint jedes Mal 'Unbekannter Fehler 17'. Ich möchte "
   "nicht, dass mein Tarif deshalb gesperrt wird. Was kann ich tun?",
   "Friederike Lanz", "friederike.lanz@example.com"},
  {"Lamp flickers with the supplied bulb",
   "The reading lamp flickers about once a second at low brightness. With an old bulb from another lamp it is steady. "
   "Could you send me a different bulb for it?",
   "Nigel Ashworth", "nigel.ashworth@example.com"},
  {"Cannot invite more than five users",
   "We pay for twenty seats, and the invitation page says our plan permits five. The billing page shows twenty. A "
   "whole project is starting on Wednesday and fifteen people have no access.",
   "Shreya Banerji", "shreya.banerji@example.org"},
  {"Parcel sent to a pick-up shop that closed",
   "Your courier left my parcel at a kiosk that has been shut since spring. The sign on the door says so. The parcel "
   "must be somewhere, because somebody signed for it.",
   "Marius Thorne", "marius.thorne@example.com"},
  {"Why was VAT added to my order from Norway?",
   "I live in Oslo and the last orders were billed without VAT, with customs handled at the border. This time you "
   "added 20 percent and I had to pay import tax as well.",
   "Ingrid Haugen", "ingrid.haugen@example.com"},
  {"Search does not find documents with umlauts",
   "If a file name contains ä or ö, the search in the web view returns nothing. Scrolling to the file and opening it "
   "works. It started with last week's redesign.",
   "Benedikt Strauss", "benedikt.strauss@example.org"},
  {"Loyalty points missing for last three orders",
   "I should have received about 340 points since January, but the balance has not moved. The orders are listed as "
   "completed. I meant to use them for a present this week.",
   "Philippa Grantham", "philippa.grantham@example.com"},
  {"Server reboots itself every night at three",
   "Our small virtual server restarts at 03:02 each night. Nothing in its own logs explains it; they simply end. Is "
   "there a maintenance job on your side that we could move?",
   "Tadeusz Malin", "t.malin@example.org"},
  {"La aplicación no descarga los archivos en el avión",
   "Marqué una carpeta para usarla sin conexión y, al abrirla durante el vuelo, todos los documentos aparecían en "
   "gris. En casa vuelve a funcionar. Necesito que esté disponible para mi próximo viaje.",
   "Gonzalo Arrieta", "gonzalo.arrieta@example.org"},
  {"Forwarded to collections by mistake",
   "I received a letter from a debt collector about an invoice I settled in February. I enclosed the bank statement "
   "twice already. Please call them off in writing before this hurts my credit score.",
   "Leonard Fitzhugh", "leonard.fitzhugh@example.com"},
  {"Wardrobe door has the wrong holes",
   "The hinges do not line up: on the right-hand door the holes are drilled about a centimetre too high. The left one "
   "is perfect. I need just that door replaced.",
   "Sunniva Dahl", "sunniva.dahl@example.org"},
  {"Newsletter keeps coming after I unsubscribed",
   "I have used the unsubscribe link at least five times and each time it thanks me politely. The next morning there "
   "is another mail. Please take me off every list you have.",
   "Grace Tillotson", "grace.tillotson@example.com"},
  {"File history disappeared after renaming a folder",
   "I renamed our 'Contracts' folder and now every document in it shows a single version dated today. We rely on the "
   "history for audits. Can the earlier versions be brought back?",
   "Aurelio Bianchi", "aurelio.bianchi@example.com"},
  {"Express shipping paid, standard shipping used",
   "I paid 14.90 for next-day delivery because I needed the projector for a talk. It came four days later by ordinary "
   "post. I had to rent another one.",
   "Verity Halpern", "verity.halpern@example.org"},
  {"Kündigung wurde nicht bestätigt",
   "Vor drei Wochen habe ich meinen Cloud-Tarif über das Formular gekündigt. Eine Bestätigung kam nie, dafür heute "
   "die Rechnung für ein weiteres Jahr. Ich widerspreche dieser Verlängerung.",
   "Hartmut Eisele", "hartmut.eisele@example.org"},
  {"Printer app cannot find the network printer",
   "I bought the compact printer from you last week. The phone is in the same wireless network, but the set-up "
   "assistant keeps searching for ever. With a cable it prints.",
   "Delphine Rowntree", "delphine.rowntree@example.com"},
  {"Discount for charities?",
   "We are a registered animal rescue with eight volunteers and would like to use your team plan. Do you have special "
   "prices for charities, and which papers would you need from us?",
   "Maeve Corrigan", "maeve.corrigan@example.org"},
  {"Order confirmation shows someone else's name",
   "The mail about my order of the garden table greets me as 'Mr Pemberton' and shows his street. My own account looks "
   "right. Where is the table going, and who has my data?",
   "Judith Applegate", "judith.applegate@example.com"},
  {"Disk full alert although half is free",
   "Monitoring sends me 'volume 95 percent full' every hour. On the machine itself df reports 48 percent. I resized "
   "the volume last week; perhaps the alert still uses the old size.",
   "Emeka Lawson", "emeka.lawson@example.org"},
  {"Pallet delivery needs a tail lift",
   "Our warehouse has no ramp. Please make sure that the lorry with our twenty shelving units has a tail lift, "
   "otherwise we cannot unload and will have to turn the driver away.",
   "Stuart Kingsley", "stuart.kingsley@example.com"},
  {"Direct debit went to the wrong account",
   "In May I changed our bank details and got a confirmation. June's amount was still taken from the old account, "
   "which is now overdrawn. I would like you to bear the bank's fee.",
   "Rosemary Achebe", "rosemary.achebe@example.org"},
  {"Cliente de sincronización consume toda la memoria",
   "Desde la última actualización el programa ocupa más de 9 GB de RAM y el portátil se queda bloqueado. Tengo unos "
   "200.000 archivos pequeños. Reinstalarlo no ha servido de nada.",
   "Mireia Casals", "mireia.casals@example.com"},
  {"Sofa cover shrank in the first wash",
   "I followed the label exactly: thirty degrees, gentle cycle, no tumble dryer. The cover is now ten centimetres too "
   "short and cannot be zipped up. Is this covered by the guarantee?",
   "Bridget Oldham", "bridget.oldham@example.com"},
  {"Single sign-on loops back to the login page",
   "After signing in with our identity provider, users are sent back to your login page again and again. It affects "
   "everybody with a plus sign in their address. Others get in.",
   "Haruki Tanner", "haruki.tanner@example.org"},
  {"Want to speak about a bulk order of monitors",
   "Our school would like sixty identical monitors before September. The shop lets me put only ten into the basket. "
   "Who can make us an offer, and is there a discount for that quantity?",
   "Clement Rushworth", "clement.rushworth@example.org"},
  {"Parcel stuck at customs in Zurich",
   "Customs asks for a commercial invoice with the value of each item. They say the sender has to provide it within "
   "five days or the goods go back. The reference is on the letter I attached.",
   "Seraina Caduff", "seraina.caduff@example.com"},
  {"Invoice total does not match its lines",
   "The lines on invoice 30417 add up to 1,264.80, while the total says 1,318.20. There is no shipping line that "
   "would explain the difference. Which number is right?",
   "Wendell Farrow", "wendell.farrow@example.com"},
  {"Video preview stays black",
   "Videos recorded with my new camera upload fine and can be downloaded, but the preview in the browser is only a "
   "black rectangle with sound. Older clips play normally.",
   "Zuzana Novotna", "zuzana.novotna@example.org"},
  {"Falscher Artikel: Drucker statt Scanner",
   "Im Karton lag ein Drucker, bestellt und berechnet wurde jedoch ein Dokumentenscanner. Das Gerät ist unbenutzt. "
   "Bitte lassen Sie es abholen, ich habe kein Auto, um es zur Post zu bringen.",
   "Wiebke Brockmann", "wiebke.brockmann@example.com"},
  {"My review was removed without a reason",
   "I wrote an honest review of the espresso machine with three stars and photographs. It was online for a day and "
   "then vanished. Which rule did I break?",
   "Alistair Benning", "alistair.benning@example.org"},
  {"Scheduled tasks run twice",
   "Each of our cron jobs is executed two times, some seconds apart, since we were moved to the new platform. This "
   "sends every reminder to our members in duplicate.",
   "Noemi Falkner", "noemi.falkner@example.com"},
  {"Trial turned into a paid year without warning",
   "I started a fourteen-day trial and meant to decide later. Today 119 dollars were taken for a whole year. I never "
   "got a reminder. I have not used the service since the second day.",
   "Trevor Lindell", "trevor.lindell@example.com"},
  {"Left at the back door in the rain",
   "The box with my new keyboard and two books stood in the open during a storm. The books are soaked and the keyboard "
   "does not switch on. I never agreed to deliveries without signature.",
   "Annabel Kerrigan", "annabel.kerrigan@example.org"},
  {"Cannot change my surname after marriage",
   "The name field in my profile is greyed out. I got married in June and the post office no longer hands me parcels "
   "under my old name. I can send a copy of the certificate.",
   "Louisa Tremayne", "louisa.tremayne@example.com"},
  {"Slow downloads from Australia",
   "Colleagues in Perth get about 300 kilobytes per second from our shared drive, while we in Dublin get the full "
   "line speed. Is there a location nearer to them that we could use?",
   "Padraig Nolan", "padraig.nolan@example.org"},
  {"Me han cobrado gastos de envío que eran gratis",
   "La web anunciaba envío gratuito a partir de 50 euros. Mi pedido era de 64 y aun así me cobraron 5,95 por el "
   "transporte. Les pido que me abonen esa cantidad.",
   "Encarna Olmedo", "encarna.olmedo@example.org"},
  {"Mattress smells strongly of chemicals",
   "We have aired the mattress for eight days with the window open and it still gives both of us headaches. Is that "
   "normal? If it does not get better I would like to send it back.",
   "Ottilie Barnard", "ottilie.barnard@example.com"},
  {"Old API key still works after deletion",
   "I deleted a leaked key in the console on Thursday. Today I could still list buckets with it. Please disable it at "
   "once and tell us whether it was used in the meantime.",
   "Viktor Sandoval", "viktor.sandoval@example.com"},
  {"Please send copies of all invoices of 2022",
   "A water pipe burst in our archive. For the tax office we need all invoices of that year again, preferably as one "
   "file. The account only shows the last eighteen months.",
   "Edwina Porterfield", "edwina.porterfield@example.org"},
  {"Where is the assembly manual for the loft bed?",
   "There were four bags of screws, nineteen boards and no manual in the boxes. The website shows only a picture of "
   "the finished bed. My daughter sleeps on the floor.",
   "Curtis Amberley", "curtis.amberley@example.com"},
  {"Mailbox quota full after migration",
   "After the weekend's migration every message exists twice, and half of our staff cannot receive mail because their "
   "quota is used up. Deleting duplicates by hand is out of the question.",
   "Halina Petrov", "halina.petrov@example.org"},
  {"Lieferdatum schon dreimal verschoben",
   "Das Regal sollte erst am 5., dann am 12. und jetzt am 26. kommen. Jedes Mal habe ich mir dafür freigenommen. "
   "Nennen Sie mir bitte einen verbindlichen Termin, sonst trete ich vom Kauf zurück.",
   "Gunnar Petersohn", "gunnar.petersohn@example.org"},
  {"Payment page freezes at bank confirmation",
   "After I confirm the payment in my banking app, your page keeps spinning until it times out. Nothing is charged and "
   "nothing ordered. I tried on two computers with two cards.",
   "Saoirse Kinnear", "saoirse.kinnear@example.com"},
  {"Friend referral bonus not credited",
   "I recommended you to my sister, who signed up with my link and has paid for two months. We were both promised ten "
   "euros of credit and neither of us has seen it.",
   "Damian Okoro", "damian.okoro@example.org"},
  {"Deleted folder comes back every morning",
   "I delete a folder called 'Old scans' in the evening and it is there again the next day, complete with its files. "
   "Three computers use the account; one of them is rarely on.",
   "Marguerite Holm", "marguerite.holm@example.com"},
  {"Driver damaged our gate",
   "On Monday at about 10:15 the van that brought your parcel reversed into our garden gate. The camera recorded it. "
   "Whom do I send the estimate of the repair to?",
   "Raymond Thackeray", "raymond.thackeray@example.com"},
  {"Need a quotation in Swiss francs",
   "Our procurement only accepts quotations in CHF. Could you send one for fifteen business seats over three years, "
   "with payment in advance each January?",
   "Livia Zurbriggen", "livia.zurbriggen@example.org"},
  {"Smart plug drops off the network hourly",
   "The plug loses its connection almost exactly once an hour and comes back after five minutes. The other three in "
   "the same room are stable. Firmware is the latest one offered.",
   "Jasper Whitaker", "jasper.whitaker@example.com"},
  {"Someone ordered with my account",
   "There is an order for two game consoles to a town I have never been to. My password was changed as well, but I got "
   "it back by mail. Please stop that parcel and the payment.",
   "Helena Broughton", "helena.broughton@example.com"},
  {"No encuentro cómo exportar mis contactos",
   "Voy a cambiar de ordenador y quiero guardar la libreta de direcciones en un archivo. En la ayuda se habla de un "
   "menú 'Exportar' que en mi pantalla no existe. ¿Dónde está ahora?",
   "Joaquín Belmonte", "joaquin.belmonte@example.com"},
  {"Credit note was booked to the wrong company",
   "The credit for our returned laptops went to our sister firm, which has a similar name. Their accountant noticed "
   "it. Please cancel that one and issue it to us.",
   "Roderick Vane", "roderick.vane@example.org"},
  {"Load balancer health check fails over IPv6",
   "Both back ends answer on IPv4, but as soon as I turn on IPv6 the check marks them as down. I can reach the same "
   "address and port from outside without trouble.",
   "Sigrid Aalto", "sigrid.aalto@example.com"},
  {"Collection of the old fridge did not happen",
   "I booked removal of the old appliance with the new fridge. The two men said it was not on their list. Now the old "
   "one stands in the hallway and my landlord complains.",
   "Barnaby Colling", "barnaby.colling@example.org"},
  {"Text is unreadable in dark mode",
   "In the new dark theme the labels of the settings page are dark grey on black. My eyesight is poor and I cannot use "
   "it this way. Is there a switch for higher contrast?",
   "Mabel Oduya", "mabel.oduya@example.com"},
  {"Exchange rate on invoice looks off",
   "You billed me in dollars and converted at 1.19, when the rate on that day was about 1.08. For 2,300 euros that is "
   "a real difference. Which rate do you use?",
   "Florian Mercer", "florian.mercer@example.com"},
  {"Office chair armrest snapped off",
   "While I was just leaning on it, the right armrest broke at the screw. I weigh 70 kilos. The chair is fourteen "
   "months old. Can I order the armrest as a spare part?",
   "Thora Ellingsen", "thora.ellingsen@example.org"},
  {"Cloud-Ordner lässt sich nicht freigeben",
   "Beim Freigeben erhalte ich die Meldung 'Richtlinie verbietet externe Empfänger'. Eine solche Richtlinie haben wir "
   "nie eingerichtet. Unser Steuerberater wartet auf die Unterlagen.",
   "Renate Dillinger", "renate.dillinger@example.com"},
  {"Order cancelled without telling me",
   "I waited two weeks for the bread maker and then found the order marked as cancelled in my account. There was no "
   "mail and no reason. The machine is still listed as available.",
   "Clarissa Munro", "clarissa.munro@example.org"},
  {"Restoring a snapshot gives 'checksum mismatch'",
   "Each snapshot older than May fails at around 70 percent with a checksum error. Newer ones restore. We need the "
   "state of 14 April because of a faulty migration.",
   "Leopold Hartnell", "leopold.hartnell@example.com"},
  {"Student discount rejected",
   "I uploaded my certificate of enrolment in PDF format and got the answer 'institution unknown' within a second. "
   "It is a state university with 20,000 students. Could a person have a look?",
   "Nerys Pugh", "nerys.pugh@example.com"},
  {"Delivery window from 7 to 21 is too long",
   "I cannot stay at home for fourteen hours waiting for a washing machine. Could the courier at least say morning or "
   "afternoon, or ring me half an hour before?",
   "Vincent Adeyemi", "vincent.adeyemi@example.org"},
  {"Refund went to a card I no longer have",
   "The money for the cancelled tent was returned to a card I closed in spring. My bank says it cannot be credited "
   "there and will bounce. Please send it to my current account.",
   "Sylvia Normand", "sylvia.normand@example.com"},
  {"Notifications arrive in Finnish",
   "Since last week all e-mails from the cloud come in Finnish. My profile says English, and I have never been to "
   "Finland, nice as it may be. Changing the language back and forth did nothing.",
   "Rupert Haldane", "rupert.haldane@example.org"},
  {"El reembolso sigue sin llegar tras un mes",
   "Devolví unas zapatillas el 3 de abril y tengo el justificante de entrega en su almacén. Me dijeron catorce días "
   "y ya han pasado más de treinta. ¿En qué estado está?",
   "Purificación Alarcón", "puri.alarcon@example.com"},
  {"Bluetooth speaker will not charge",
   "The charging light comes on for a second and goes out. I tried three cables and two chargers. It worked for four "
   "months, always indoors. I still have the box and the receipt.",
   "Keziah Mountford", "keziah.mountford@example.com"},
  {"Private repository images fail to pull",
   "Deployments stopped this afternoon with 'unauthorized' when the cluster pulls from your registry. The token is "
   "valid until next year and works from my laptop.",
   "Anton Freeling", "anton.freeling@example.org"},
  {"Change billing from monthly to yearly",
   "I would like to switch all our seats to yearly billing to get the lower price. Will the rest of this month be "
   "credited, and can the renewal be on the first of January?",
   "Isabel Thornbury", "isabel.thornbury@example.com"},
  {"Neighbour received my parcel and has moved out",
   "According to the card a Mr Dunne at number 14 took my parcel. He moved away that same weekend. The courier says "
   "the case is closed for them.",
   "Agatha Simmonds", "agatha.simmonds@example.org"},
  {"Received a used tablet as new",
   "The tablet I bought as new has fingerprints under the film, a scratch on the back and somebody's holiday photos on "
   "it. I would like a truly new one or my money back.",
   "Gideon Farquhar", "gideon.farquhar@example.com"},
  {"Nur ein Teil der Gutschrift angekommen",
   "Für die zurückgesandte Kaffeemaschine wurden mir 60 statt 149 Euro erstattet. Das Gerät war originalverpackt und "
   "ungeöffnet. Bitte erklären Sie den Abzug oder überweisen Sie den Rest.",
   "Lothar Wiesner", "lothar.wiesner@example.org"},
  {"Cannot open spreadsheets in the browser editor",
   "Since this morning each spreadsheet shows 'session could not be started'. Text documents open. It is the same for "
   "all seven of us and in every browser we tried.",
   "Constantin Boyle", "constantin.boyle@example.com"},
  {"Do you ship to the Canary Islands?",
   "The checkout accepts my postcode in Tenerife but then shows no shipping methods at all. Can you deliver a desk "
   "there, what does it cost, and who takes care of customs?",
   "Darragh Whelan", "darragh.whelan@example.org"},
  {"Unknown fee called 'service adjustment'",
   "My statement has a line 'service adjustment' of 8.40 for the second month in a row. Your price list does not "
   "mention such a thing and the chat could not explain it.",
   "Monique Astor", "monique.astor@example.com"},
  {"Firewall rules lost after resizing the server",
   "I moved our machine to a larger size, and afterwards all custom firewall rules were gone, leaving the database "
   "port open to the world for an hour. That must not happen without a warning.",
   "Ephraim Stokes", "ephraim.stokes@example.org"},
  {"Praise for the colleague who helped me on Friday",
   "I do not have a problem, for once. The lady who found my lost parcel on Friday evening was patient and funny and "
   "called back as promised. Please tell her boss.",
   "Dorothea Crane", "dorothea.crane@example.com"},
  {"Bicycle trailer missing a wheel",
   "The trailer came in a torn carton, and one of the two wheels must have fallen out on the way. Everything else is "
   "there. Please send the wheel by a fast service; we want to use it on Sunday.",
   "Finlay Dunmore", "finlay.dunmore@example.org"},
  {"La web de mi tienda va muy lenta por la tarde",
   "Entre las seis y las nueve las páginas tardan más de diez segundos en cargar. Por la mañana van perfectas y las "
   "visitas son las mismas. Estamos perdiendo ventas cada día.",
   "Sergio Peñalver", "sergio.penalver@example.org"},
  {"Proof of purchase for the insurance",
   "Our flat was burgled and the insurer wants proof that I bought the camera and two lenses from you in 2020. I no "
   "longer have the mails. Serial numbers would be helpful too.",
   "Lydia Hargreaves", "lydia.hargreaves@example.com"},
  {"Sign-in mail shows a login from Brazil",
   "At four in the morning I got a notice about a new device in São Paulo. I have changed the password. Please end all "
   "sessions and tell me which files were opened.",
   "Conrad Ellsworth", "conrad.ellsworth@example.com"},
  {"Curtains are shorter than stated",
   "I ordered curtains of 245 centimetres and measured 231 after unpacking, before any washing. All four panels are "
   "the same. Is it a batch error?",
   "Noreen Blakely", "noreen.blakely@example.org"},
  {"PayPal payment went through but order is unpaid",
   "The payment was completed on the 9th and I have the transaction number. Your system sends me reminders all the "
   "same, and the shipment is on hold.",
   "Silvan Rademaker", "silvan.rademaker@example.com"},
  {"Zwei-Faktor-Anmeldung nach Handyverlust",
   "Mein Telefon wurde gestohlen, die Ersatzcodes lagen leider nur darauf. Wie kann ich nachweisen, dass das Konto mir "
   "gehört? Ausweis und Rechnungen kann ich vorlegen.",
   "Marlene Siebert", "marlene.siebert@example.com"},
  {"Export of large archive always breaks off",
   "I would like to take out all my data, about 300 gigabytes. The archive download stops somewhere between 20 and 40 "
   "gigabytes and cannot be resumed. Is there another way?",
   "Arvid Pemberley", "arvid.pemberley@example.org"},
  {"Left the flat: parcel is going to old address",
   "I moved on Saturday and forgot to update the account. The parcel leaves the depot today, says the tracking. Can "
   "it be redirected or called back?",
   "Mollie Saunders", "mollie.saunders@example.com"},
  {"Seat count on invoice too high",
   "We removed six people on the 28th of last month, but the new invoice counts them again. The audit log shows the "
   "removal clearly. Please correct it to nineteen seats.",
   "Quentin Albright", "quentin.albright@example.org"},
  {"Electric blanket stays cold on one side",
   "The left half of our heated blanket stays cold on every setting, while the right half is fine. We swapped the "
   "controllers and the fault stays on the left.",
   "Winston Ayodele", "winston.ayodele@example.com"},
  {"Desktop client does not start after update",
   "After last night's automatic update the client on my Mac bounces once in the dock and disappears. The older Mac "
   "next to it was updated as well and is fine.",
   "Rosanna Delgrove", "rosanna.delgrove@example.org"},
  {"Was promised a call back that never came",
   "On Wednesday your colleague said a supervisor would call me within 24 hours about my broken freezer. It is Monday. "
   "I waited at home twice for nothing.",
   "Morag Sinclair", "morag.sinclair@example.com"},
  {"Parcel locker code does not work",
   "The six-digit code you sent opens nothing; the locker says 'no parcel found'. The person on the locker's hotline "
   "says the code belongs to a different town.",
   "Bartholomew Finch", "b.finch@example.org"},
  {"He recibido un producto caducado",
   "El paquete de café que llegó ayer tiene fecha de consumo de hace cinco meses. Son seis bolsas y todas están igual. "
   "No pienso abrirlas; díganme cómo proceder.",
   "Amparo Sanchís", "amparo.sanchis@example.com"},
  {"How are partial months billed?",
   "We want to start with ten users on the 17th. Do we pay for the whole month or for the remaining days? The terms "
   "mention both on different pages.",
   "Ursula Venning", "ursula.venning@example.org"},
  {"Permissions reset on shared folders overnight",
   "People who could only read our price lists are suddenly able to edit them. We did not change anything; the log "
   "names 'system' at 02:10. Please tell us what ran then.",
   "Malcolm Ridgeway", "malcolm.ridgeway@example.com"},
  {"Bitte um Rückruf wegen Großbestellung",
   "Wir richten zum Herbst ein neues Büro mit vierzig Arbeitsplätzen ein und hätten gern ein Angebot über Tische, "
   "Stühle und Leuchten. Am besten erreichen Sie mich vormittags.",
   "Cordula Franzen", "cordula.franzen@example.org"},
  {"Glass shelf exploded at night",
   "The glass shelf in our bathroom burst into a thousand pieces at two in the morning with nothing but towels on it. "
   "Nobody was hurt, but you should check the others.",
   "Ignatius Rowe", "ignatius.rowe@example.com"},
  {"Invoices go to a former employee",
   "Our bookkeeper left in March, but invoices are still mailed to her private address. Please use accounts as the "
   "recipient from now on and remove hers from the record.",
   "Tamsin Holbrook", "tamsin.holbrook@example.com"},
  {"Name server change has no effect",
   "Three days ago I pointed the domain to external name servers in your panel. Public lookups still show yours. The "
   "panel says 'change in progress'.",
   "Casimir Dunn", "casimir.dunn@example.org"},
  {"Shipment split into seven parcels",
   "One order of stationery is arriving in seven separate parcels on seven days. That is a lot of cardboard and a lot "
   "of doorbell. Can the remaining items be sent together?",
   "Henrietta Voss", "henrietta.voss@example.com"},
  {"Is the air fryer being recalled?",
   "A newspaper wrote that a batch of the black air fryer may overheat. Mine has the serial number ending in 4471. May "
   "I go on using it until I hear from you?",
   "Josiah Penhallow", "josiah.penhallow@example.org"},
  {"App asks for location all the time",
   "Every time I open the file app it wants to know my location and will not go on until I answer. I see no reason "
   "why a file store needs it. How do I turn that off?",
   "Eudora Lamb", "eudora.lamb@example.com"},
  {"Pago rechazado sin explicación",
   "Intento pagar la renovación con la misma tarjeta de siempre y sale 'operación denegada'. El banco dice que no ha "
   "recibido ninguna solicitud. Mañana caduca mi plan.",
   "Nuria Cifuentes", "nuria.cifuentes@example.org"},
  {"Ordered by mistake, please cancel",
   "My three-year-old pressed the buy button on my tablet while I was cooking. We do not need a second pressure "
   "washer. I hope it can be stopped before it leaves.",
   "Lachlan Moore", "lachlan.moore@example.com"},
  {"Metrics graphs empty since the first",
   "All graphs of our project end on the last day of the month. The machines work, and the agent says it is sending. "
   "Alerts based on these graphs have been silent as well.",
   "Perpetua Nash", "perpetua.nash@example.org"},
  {"Missing signature image for business parcel",
   "Our goods-in department has no record of the parcel with the ten headsets. Please send us the signature and the "
   "exact time of delivery so that we can find out who took it.",
   "Geoffrey Tunstall", "geoffrey.tunstall@example.com"},
  {"Pre-authorisation still blocks my money",
   "I cancelled the hotel-sized coffee machine before it was charged, but 640 euros are still reserved on my credit "
   "card after twelve days. The bank says only you can release it.",
   "Antonia Berg", "antonia.berg@example.com"},
  {"Mauszeiger springt mit dem neuen Monitor",
   "Am gelieferten 32-Zoll-Monitor springt der Mauszeiger, sobald ich den eingebauten USB-Anschluss nutze. Direkt am "
   "Rechner funktioniert die Maus einwandfrei. Gibt es dafür eine neue Firmware?",
   "Detlef Hansmann", "detlef.hansmann@example.org"},
  {"Conflicted copies multiply",
   "Each time two of us open the same price list, a 'conflicted copy' appears, even when nobody types. There are 140 "
   "of them now. We work in the same office on wired network.",
   "Roisin Gallagher", "roisin.gallagher@example.com"},
  {"Warranty for business customers?",
   "I bought six label printers for our shop. Two failed after thirteen months. Does the two-year warranty apply to "
   "companies as well or only to private buyers?",
   "Thaddeus Cole", "thaddeus.cole@example.org"},
  {"Forklift damage on delivered cabinets",
   "Two of the five filing cabinets have deep dents at fork height on the back. The driver noted it on the waybill. We "
   "would keep them for a fair reduction of the price.",
   "Millicent Draper", "millicent.draper@example.com"},
  {"Reverse charge not applied for Irish company",
   "We are registered in Ireland and gave you our VAT number last year. Since April your invoices include German VAT "
   "again. That makes four invoices to be corrected.",
   "Cormac Tierney", "cormac.tierney@example.org"},
  {"Uploads fail behind our company proxy",
   "From the office every upload over a few megabytes ends with 'connection reset'; at home the same file works. Which "
   "hosts and ports does our network team need to open?",
   "Ayesha Rahman", "ayesha.rahman@example.com"},
  {"Chat window covers the checkout button",
   "On my small laptop the chat bubble sits right on top of 'Place order' and cannot be moved. I finally ordered on my "
   "phone. You may want to look into this.",
   "Percival Stone", "percival.stone@example.com"},
  {"¿Puedo recoger el pedido en el almacén?",
   "Vivo a diez minutos de su almacén de Zaragoza y me corre prisa la impresora. ¿Sería posible pasar a recogerla yo "
   "misma en lugar de esperar al mensajero?",
   "Begoña Iturralde", "begona.iturralde@example.com"},
  {"Subscription paused but still billed",
   "I paused the plan for my sabbatical from May to October, and the account page says 'paused'. Even so, 15 euros "
   "were taken in June and July.",
   "Ambrose Kettering", "ambrose.kettering@example.org"},
  {"Washing machine shows E18 during spin",
   "The machine stops before the last spin and shows E18. I cleaned the filter and the drain hose twice. It was "
   "installed by your partner just seven weeks ago.",
   "Ludmila Orlova", "ludmila.orlova@example.com"},
  {"Certificate renewal failed for wildcard domain",
   "The automatic renewal of our wildcard certificate failed with 'challenge record not found'. I can see the record "
   "with public tools. It expires in four days.",
   "Phineas Gale", "phineas.gale@example.org"},
  {"Parcel returned to sender for no reason",
   "I was at home all day, the bell works and my name is on it. The tracking claims 'recipient unknown', and the vase "
   "is on its way back to you. Please send it again.",
   "Ottoline Webb", "ottoline.webb@example.com"},
  {"Ratenzahlung vorzeitig ablösen",
   "Ich zahle meinen Laptop in zwölf Raten ab und möchte die restlichen fünf auf einmal überweisen. Wie hoch ist der "
   "Betrag zum Monatsende, und fallen dabei noch Zinsen an?",
   "Ewald Thiessen", "ewald.thiessen@example.com"},
  {"Comments disappear from shared documents",
   "Comments that reviewers leave in our contract drafts are gone after I accept a change anywhere in the text. We "
   "have lost two days of legal review this way.",
   "Imelda Franklyn", "imelda.franklyn@example.org"},
  {"Can I add an item to an open order?",
   "I forgot the filter cartridges for the coffee machine. The order is still being prepared. Can they go into the "
   "same parcel so that I do not pay for shipping twice?",
   "Barry Aldous", "barry.aldous@example.com"},
  {"Dashcam memory card is empty",
   "The dashcam says it is recording, but the card contains only empty folders. I tried the card that came with it and "
   "a new one. Of course I noticed after an accident.",
   "Sheila Prendergast", "sheila.prendergast@example.com"},
  {"Forgotten tip of 200 percent at checkout",
   "The field 'support local makers' was filled in with 200 percent of my purchase, and I overlooked it. I gladly give "
   "a little, but not 58 euros. Please correct it.",
   "Norbert Hale", "norbert.hale@example.org"},
  {"Queue messages delivered out of order",
   "Your queue service promises order within a group. For the last two days we have seen messages with a higher number "
   "arrive first, always right after a retry.",
   "Xenia Marlowe", "xenia.marlowe@example.com"},
  {"Dirección incorrecta en la etiqueta de devolución",
   "La etiqueta que me enviaron lleva la dirección de otra clienta como remitente. No quiero que el abono acabe en su "
   "cuenta. ¿Pueden generar una nueva con mis datos?",
   "Teodoro Lagos", "teodoro.lagos@example.org"},
  {"Please stop calling me about upgrades",
   "In two weeks I have had four calls about a larger plan, one of them at dinner time. I have never agreed to calls. "
   "Note in my record that I only want e-mail.",
   "Hyacinth Moody", "hyacinth.moody@example.com"},
  {"Frozen goods arrived thawed",
   "The cool box stood in the depot over the long weekend. The ice packs were warm and the fish smelled. I threw "
   "everything away after taking photos. Order value was 86 euros.",
   "Everett Lund", "everett.lund@example.org"},
  {"Bank details changed by phishing mail?",
   "We got a mail in your design saying that your bank account has changed and future invoices go to a bank in another "
   "country. It looks suspicious. Is it from you?",
   "Prudence Waverly", "prudence.waverly@example.com"},
  {"Teilnehmer hören uns in Videokonferenz nicht",
   "Seit der Umstellung auf den neuen Konferenzdienst hören uns externe Gäste nicht, wir sie dagegen schon. Intern "
   "klappt es. Mikrofone und Browser haben wir mehrfach getauscht.",
   "Annegret Pohl", "annegret.pohl@example.org"},
  {"Lawn mower battery swollen",
   "The battery pack of the mower has become so thick that it no longer comes out. It stands outside now because I am "
   "afraid of a fire. How do I hand it over safely?",
   "Giles Merrivale", "giles.merrivale@example.com"},
  {"Cannot remove old credit card from profile",
   "The delete button next to my cancelled card only says 'in use'. It is not used for any plan or order that I know "
   "of. I would like it gone from your systems.",
   "Cecily Drummond", "cecily.drummond@example.org"},
  {"Images on product pages do not load",
   "On our hosted shop about half of the product pictures show a grey box. The files exist in storage and open when I "
   "call them directly. Clearing the cache in the panel did not help.",
   "Alonzo Pickett", "alonzo.pickett@example.com"},
  {"Delivery attempt on a public holiday",
   "The courier came on the one day when our office building was locked for the holiday and now wants nine euros for a "
   "second attempt. That can hardly be our fault.",
   "Undine Marsden", "undine.marsden@example.org"},
  {"Want my money back for the yoga course videos",
   "The course I bought streams only in a tiny window and without the sound of the teacher. I asked for help ten days "
   "ago and nobody answered, so I would like to cancel.",
   "Bettina Crowe", "bettina.crowe@example.com"},
  {"Server clock drifts by minutes",
   "The clock of our virtual machine is four minutes behind after a week, even with time synchronisation turned on. "
   "Tokens from our partner are rejected because of that.",
   "Magnus Threlfall", "magnus.threlfall@example.com"},
  {"Cambiar la fecha de entrega de un frigorífico",
   "La entrega está prevista para el jueves, pero ese día me operan y no habrá nadie en casa. ¿Se puede pasar al lunes "
   "siguiente por la tarde? El piso es un segundo sin ascensor.",
   "Consuelo Bravo", "consuelo.bravo@example.com"},
  {"Upgrade charged, features not unlocked",
   "I upgraded to the professional plan an hour ago and the payment went through. The account still shows the basic "
   "plan and the audit log is locked. I signed out and in again.",
   "Linus Ravenscroft", "linus.ravenscroft@example.org"},
  {"Allergic reaction to wool blanket",
   "The blanket is sold as pure cotton. My son came out in a rash and the sewn-in label says 30 percent wool. Please "
   "correct the description and take it back.",
   "Rowena Ashdown", "rowena.ashdown@example.com"},
  {"Guest link asks for a password I never set",
   "A customer who opens my upload link is asked for a password. I left that field empty when I created it. Creating a "
   "new link gives the same result.",
   "Horace Tilbury", "horace.tilbury@example.org"},
  {"Mahnung trotz Widerruf erhalten",
   "Den Staubsauger habe ich innerhalb der Frist widerrufen und zurückgeschickt, die Sendungsnummer liegt Ihnen vor. "
   "Jetzt kommt eine Mahnung mit Gebühren. Bitte stellen Sie das umgehend richtig.",
   "Irmgard Lohse", "irmgard.lohse@example.com"},
  {"Address form does not accept Irish Eircode",
   "The checkout insists on five digits for the postcode. Ours has letters and digits. With made-up digits the courier "
   "could not find us last time.",
   "Siobhan Mackle", "siobhan.mackle@example.com"},
  {"Two left shoes in the box",
   "I am sorry to say that I do not have two left feet. Both hiking boots in the box are left ones, size 42. Somebody "
   "else must have two right ones.",
   "Clyde Barrowman", "clyde.barrowman@example.org"},
  {"Log retention shorter than contract says",
   "Our contract includes ninety days of access logs. In the console I can go back only thirty. We have an audit next "
   "month and need the full period.",
   "Theodora Vance", "theodora.vance@example.com"},
  {"Currency stuck on US dollars",
   "The shop shows all prices in dollars although I am in Belgium and have chosen euros. When I change it, the basket "
   "empties itself and the page goes back to dollars.",
   "Joris Vandamme", "joris.vandamme@example.org"},
  {"Lost parcel claim needs my statement?",
   "The courier says I must sign a statement that I did not get the parcel. Is that really needed, and where do I find "
   "the form? The parcel has been missing for three weeks.",
   "Nanette Coburn", "nanette.coburn@example.com"},
  {"Telephone hotline hangs up after the menu",
   "I pressed 2 for cloud services, then 1 for English, and the line went dead. I tried it six times from two phones. "
   "Is the hotline out of order?",
   "Albert Munday", "albert.munday@example.com"},
  {"Se borraron las fotos al vaciar la papelera",
   "Quise liberar espacio vaciando la papelera y desapareció también el álbum de la boda de mi hija, que no estaba "
   "allí. ¿Hay alguna copia de seguridad que puedan recuperar?",
   "Milagros Ibarra", "milagros.ibarra@example.org"},
  {"Dispute over a damaged return",
   "You kept half of the price because the camera was 'scratched'. It was flawless when I packed it, and I have a "
   "video of the packing. I do not accept the deduction.",
   "Desmond Crick", "desmond.crick@example.org"},
  {"Keyboard layout is US instead of UK",
   "The description says UK layout, but the keyboard I got has the dollar sign where the pound should be and a small "
   "enter key. Is there a UK version at all?",
   "Felicity Nunn", "felicity.nunn@example.com"},
  {"Container restarts with exit code 137",
   "Our service is killed every few hours with exit code 137. Its memory use is at about half of what we booked. Is "
   "the limit on the node really the one in our plan?",
   "Bronislaw Kent", "bronislaw.kent@example.org"},
  {"Family plan: cannot add my mother",
   "My mother lives in another country, and the family plan says that all members must share one address. I pay for "
   "six places and use three. Is there an exception?",
   "Zelda Armitage", "zelda.armitage@example.com"},
  {"Abholung der Rücksendung nicht erfolgt",
   "Für Dienstag war die Abholung des Sofas zugesagt. Wir haben es zu zweit in den Hausflur getragen und bis abends "
   "gewartet, aber niemand kam. Die Hotline des Spediteurs ist dauernd besetzt.",
   "Burkhard Stein", "burkhard.stein@example.org"},
  {"Annual statement for tax return",
   "Is there a summary of everything I paid for hosting last year? My accountant would prefer one page rather than "
   "twelve invoices in different formats.",
   "Isidore Payne", "isidore.payne@example.com"},
  {"Toaster trips the circuit breaker",
   "As soon as I press the lever, the breaker of the whole kitchen goes off. I tried it at my neighbour's and the same "
   "happened there. It is brand new.",
   "Margery Leake", "margery.leake@example.org"},
  {"Public status page says all green during outage",
   "Between 9:10 and 9:55 none of our sites in the northern region answered, while your status page was green. We need "
   "a report for our own customers.",
   "Ulric Fairfax", "ulric.fairfax@example.com"},
  {"Engraving on the pen is misspelled",
   "The pen for a retirement should read 'Katharine' and came as 'Katherine'. My order has the right spelling, I "
   "checked. The party is on the last day of this month.",
   "Jocelyn Byers", "jocelyn.byers@example.com"},
  {"Delivery note missing for customs refund",
   "As a tourist I may claim the tax back, but the customs office wants the stamped delivery note and not only the "
   "invoice. There was none in the parcel.",
   "Hamish Lockhart", "hamish.lockhart@example.org"},
  {"Auto-renewal cannot be turned off",
   "The switch for automatic renewal of my domain jumps back to 'on' as soon as I reload the page. I want to let the "
   "domain expire in August.",
   "Orla Fennimore", "orla.fennimore@example.com"},
  {"Mi hijo compró créditos sin permiso",
   "Mi hijo de nueve años gastó 120 euros en créditos de almacenamiento desde la tableta familiar. No se ha usado "
   "nada. ¿Es posible anular la compra y activar un control parental?",
   "Fermín Galindo", "fermin.galindo@example.com"},
  {"Screen reader cannot read the order table",
   "I am blind and use a screen reader. Since the redesign the table with my orders is announced as 'blank'. Could you "
   "send me the status of my last two orders by mail?",
   "Basil Whitmore", "basil.whitmore@example.com"},
  {"Coffee grinder louder than a drill",
   "The description promises 'whisper quiet'. My phone measured 94 decibels, and the dog hides in the cellar. Is mine "
   "faulty or is this how it should be?",
   "Tabitha Greaves", "tabitha.greaves@example.org"},
  {"Database connections exhausted since upgrade",
   "After the managed database went to the new major version, we run out of connections at about sixty. Before, two "
   "hundred were no trouble. Our application has not changed.",
   "Nikolai Burrows", "nikolai.burrows@example.com"},
  {"Tip for packaging: far too much plastic",
   "A memory card the size of a fingernail came in a box for shoes, filled with air cushions. I like your shop, but "
   "this makes me think twice. Do you have a greener option?",
   "Saffron Hale", "saffron.hale@example.org"},
  {"Rechnungsadresse lässt sich nicht ändern",
   "Unsere Firma ist umgezogen. Im Kundenkonto speichere ich die neue Anschrift, auf der nächsten Rechnung steht aber "
   "wieder die alte. Das ist nun schon zum dritten Mal passiert.",
   "Veronika Althaus", "veronika.althaus@example.com"},
  {"Missing items from a wedding registry order",
   "Guests ordered fourteen presents from our registry, and eleven arrived. The list shows all of them as sent. We "
   "would like to know which guest's present is missing before we write thank-you cards.",
   "Araminta Boyd", "araminta.boyd@example.com"},
  {"Static IP changed without notice",
   "Our reserved address was different after Sunday's maintenance. Partners have the old one on their allow lists, so "
   "nothing gets through. We need the old address back.",
   "Sebastian Orme", "sebastian.orme@example.org"},
  {"Deposit for pallets not returned",
   "We handed eight euro pallets back to your driver on the 11th and he signed for them. The deposit of 120 euros has "
   "not been credited so far.",
   "Griselda Hopkirk", "griselda.hopkirk@example.com"},
  {"Offline maps missing on the new GPS watch",
   "The watch is advertised with maps of Europe, but it shows only a blank grid outside the town I live in. Do I have "
   "to download them somewhere, and are they free?",
   "Torsten Alder", "torsten.alder@example.org"},
  {"La cámara no se conecta a la nube",
   "Instalé la cámara de vigilancia siguiendo la guía, la luz se queda naranja y la aplicación dice 'servidor no "
   "disponible'. El wifi funciona con todo lo demás de la casa.",
   "Dolores Quiroga", "dolores.quiroga@example.org"},
  {"Please explain the data processing agreement",
   "Our data protection officer has questions about clause 7 on sub-processors. Which companies can see our files, in "
   "which countries, and how are we told about changes?",
   "Lavinia Sturridge", "lavinia.sturridge@example.com"},
  {"Rug is much lighter than in the pictures",
   "On the page the rug is a deep navy blue. What lies in my living room is closer to the sky on a hazy day. May I "
   "return it although I have cut off the tag?",
   "Gwendolyn Carr", "gwendolyn.carr@example.com"},
  {"Password rules reject my password manager",
   "The form says 'invalid character' for every password my manager creates, without naming the character. With twelve "
   "plain letters it worked, which cannot be what you want.",
   "Edgar Winslow", "edgar.winslow@example.org"},
  {"Island surcharge shown only after payment",
   "I live on the Isle of Skye. A surcharge of 22 pounds appeared after I had paid, as a second charge. The page must "
   "say so before I order, I believe.",
   "Mairi Beaton", "mairi.beaton@example.com"},
  {"Sicherungskopie läuft seit zwei Tagen",
   "Die nächtliche Sicherung unseres Dateiservers ist sonst nach drei Stunden fertig. Seit Sonntag steht sie bei 41 "
   "Prozent, und die folgenden Läufe werden übersprungen. Darf ich sie abbrechen?",
   "Ruprecht Mangold", "ruprecht.mangold@example.org"},
  {"Change of account owner after a death",
   "My father passed away in May. The family's pictures are in his account, and I have the certificate of inheritance. "
   "What do you need from me so that they are not deleted?",
   "Isolde Carmichael", "isolde.carmichael@example.com"},
  {"Order stuck in 'processing' since Monday",
   "Everything in my order is shown as in stock, and the payment was confirmed at once. It has been 'processing' for "
   "five days. Is something wrong with it?",
   "Tristan Okafor", "tristan.okafor@example.com"},
  {"Test messages from your system reach our clients",
   "Eleven of our clients got a message titled 'test test 123' from our newsletter account this morning. None of us "
   "sent it. We look rather silly now.",
   "Paloma Winterton", "paloma.winterton@example.org"},
  {"Corrected meter for usage-based billing",
   "Your June bill counts 14 terabytes of outgoing traffic. Our own monitoring measured 3.1. We would like to see the "
   "raw figures per day before we pay.",
   "Rasmus Thorpe", "rasmus.thorpe@example.com"},
  {"No consigo darme de baja del servicio",
   "La página para cancelar me lleva siempre a una oferta con descuento y no hay botón para continuar. Quiero que se "
   "dé de baja mi plan hoy mismo y recibir confirmación por escrito.",
   "Eulalia Pons", "eulalia.pons@example.com"},
  {"Blender jug cracked after dishwasher",
   "The manual has a dishwasher symbol, so I put the jug in the upper rack. After the second wash there is a crack "
   "from top to bottom. Is there a spare jug?",
   "Horatio Penn", "horatio.penn@example.com"},
  {"Versand in die Schweiz nicht mehr möglich?",
   "Bisher haben Sie immer nach Basel geliefert. Seit dieser Woche lässt sich die Schweiz an der Kasse nicht mehr "
   "auswählen. Ist das ein Fehler oder haben Sie den Versand eingestellt?",
   "Urs Amstutz", "urs.amstutz@example.com"},
  {"API documentation does not match the answers",
   "According to the reference, the list call returns 'next_cursor'. What we get is 'nextPage' with a number, and "
   "since Tuesday neither of the two. Which one may we rely on?",
   "Kiran Mehrotra", "kiran.mehrotra@example.org"},
  {"Need earlier delivery of a hospital bed",
   "My mother is coming home from hospital on Thursday and the adjustable bed is announced for Friday. Is there any "
   "way to get it one day sooner? I would collect it myself.",
   "Brenda Colquhoun", "brenda.colquhoun@example.com"},
  {"Barcode scanner doubles every digit",
   "The hand scanner types each digit twice, so 4006 becomes 44000066. It does so on three computers. The set-up sheet "
   "with the codes was not in the box.",
   "Lionel Spragg", "lionel.spragg@example.org"},
  {"Verschlüsselte Dateien lassen sich nicht öffnen",
   "Nach dem Wechsel auf den neuen Rechner fragt der Tresor nach einem Wiederherstellungsschlüssel. Einen solchen habe "
   "ich bei der Einrichtung nie gesehen. Das Passwort kenne ich genau.",
   "Heidrun Claasen", "heidrun.claasen@example.org"},
  {"Bezahlt, aber Bestellung storniert",
   "Per Vorkasse habe ich am 3. überwiesen, am 9. wurde die Bestellung wegen fehlender Zahlung storniert. Der Betrag "
   "ist laut Bank bei Ihnen eingegangen. Ich hätte gern die Ware und kein Geld zurück.",
   "Oskar Rheinfels", "oskar.rheinfels@example.com"},
  {"Lattenrost ist zehn Zentimeter zu breit",
   "Bestellt war ein Lattenrost in 90 mal 200, ausgepackt habe ich 100 mal 200. Auf dem Karton klebt das richtige "
   "Etikett. Wer holt das sperrige Stück ab und wann kommt Ersatz?",
   "Mechthild Sauer", "mechthild.sauer@example.com"},
  {"El teclado llegó con distribución inglesa",
   "Pedí un teclado en español y el que ha llegado no tiene la eñe ni los acentos en su sitio. La caja indica "
   "'ES', así que el error debe de venir de fábrica.",
   "Leandro Murillo", "leandro.murillo@example.com"},
  {"Correo rechazado por buzón lleno",
   "Mis clientes reciben un aviso de que mi buzón está lleno, pero el panel marca solo un doce por ciento de uso. "
   "Lleva así desde el martes y estoy perdiendo encargos.",
   "Ximena Valdivieso", "ximena.valdivieso@example.org"},
  {"Newly bought domain shows a parking page",
   "I bought a domain for my bakery this morning and assigned it to my site. It keeps showing a page with adverts. Do "
   "I have to wait or did I forget a step?",
   "Clementine Rye", "clementine.rye@example.com"},
  {"Receipt for cash on delivery is missing",
   "I paid the driver 134 euros in cash and he had no receipt on him. He promised one by mail. Nothing came, and your "
   "system still lists the amount as open.",
   "Wilhelmina Stead", "wilhelmina.stead@example.org"},
  {"Anhänge über 5 MB werden abgewiesen",
   "Beim Versand aus dem Webmail werden Anhänge ab etwa fünf Megabyte mit 'Übertragung abgebrochen' verworfen. In den "
   "Tarifdetails stehen 25 MB. Im Mailprogramm klappt der Versand übrigens.",
   "Leonhard Quast", "leonhard.quast@example.com"},
});

constexpr auto people = std::to_array<demo_person>({
  {"Maya Brandt", "maya.brandt@example.org", "Billing"},
  {"Oliver Stanhope", "oliver.stanhope@example.org", "Billing"},
  {"Nkechi Adebayo", "nkechi.adebayo@example.org", "Billing"},
  {"Jonas Wetterling", "jonas.wetterling@example.org", "Technical Support"},
  {"Rekha Subramani", "rekha.subramani@example.org", "Technical Support"},
  {"Tomasz Zielony", "tomasz.zielony@example.org", "Technical Support"},
  {"Claire Beaufoy", "claire.beaufoy@example.org", "Technical Support"},
  {"Elena Marquina", "elena.marquina@example.org", "Customer Care"},
  {"Ruth Ainsley", "ruth.ainsley@example.org", "Customer Care"},
  {"Henrik Solberg", "henrik.solberg@example.org", "Customer Care"},
  {"Amadou Keita", "amadou.keita@example.org", "Logistics"},
  {"Greta Lindholm", "greta.lindholm@example.org", "Logistics"},
  {"Pablo Urrutia", "pablo.urrutia@example.org", "Logistics"},
});

constexpr auto replies = std::to_array<std::string_view>({
  "Thank you for writing to us. I have read your message and am looking into it now.",
  "I am sorry for the trouble this has caused. I will get back to you with an answer by tomorrow noon.",
  "Could you send us a screenshot of what you see? That would help us find the cause faster.",
  "Please tell us your order or customer number, so that we can be sure to look at the right record.",
  "I have passed this on to the colleagues who can solve it and will keep an eye on it myself.",
  "Good news: we found the cause and have corrected it. Please check whether everything is right on your side now.",
  "We could see the same thing here, so it is not your fault. A correction is on its way.",
  "Thank you for your patience. We are still waiting for an answer from our partner and will write as soon as we know.",
  "I have made a note of your wish in your record. You do not have to do anything else.",
  "Thank you for the details, that was exactly what we needed. We are working on it with priority.",
  "When did you notice this for the first time, and has anything changed on your side shortly before?",
  "We have not heard from you for a while. Is there anything left to do, or may we consider this settled?",
  "I quite understand that you are annoyed, and I would be too. Let me see what I can do for you today.",
  "You will receive a confirmation by e-mail within the next few hours. If it does not come, simply answer here.",
  "I have checked this with my team lead, and we are happy to meet your request.",
  "Could you try once more and tell us the exact wording and time of any message you see?",
  "We are glad that it works again. Thank you for telling us, and do write if anything else comes up.",
  "This takes us a little longer than expected. The next update will reach you on the next working day at the latest.",
  "I have looked through the history of your account and can confirm what you describe.",
  "To protect your data we need to make sure that it is you. Please answer from the address you registered with.",
  "I have put this right by hand, so you should see the change the next time you open your account.",
  "Thank you for pointing this out. We have handed your remark to the people in charge so that others benefit too.",
  "May we call you about this? Please tell us a number and a time that suits you.",
  "As a small apology we have added a credit to your account. We are sorry for the inconvenience.",
  "Your attachment did not reach us, I am afraid. Could you send it again, as a PDF or an image?",
  "We tried to reproduce this and did not succeed so far. Which device and which version do you use?",
  "Vielen Dank für Ihre Nachricht. Wir prüfen den Vorgang und melden uns spätestens morgen bei Ihnen.",
  "Wir bitten um Entschuldigung für die Umstände. Ihr Anliegen liegt jetzt bei der zuständigen Abteilung.",
  "Gracias por escribirnos. Estamos revisando su caso y le responderemos lo antes posible.",
  "Lamentamos las molestias. Ya hemos trasladado su consulta al equipo correspondiente.",
});

constexpr auto notes = std::to_array<std::string_view>({
  "Third message from this customer this month. Please be especially careful with dates and promises.",
  "Looked at the account history: the customer is right, the mistake is ours.",
  "Waiting for an answer from the partner; reminded them today.",
  "Looks like the case we had last week. Compare before you answer.",
  "Customer prefers e-mail, please do not call.",
  "Asked the team lead whether we may make an exception here.",
  "Called the customer, nobody answered. Will try again in the afternoon.",
  "Checked the logs for the time in question and saved the relevant part for whoever takes over.",
  "I am away from tomorrow; everything known so far is written in this ticket.",
  "Goodwill of up to 20 euros is fine with the team lead if it helps.",
  "Several customers report something similar today. Please collect the numbers before we escalate.",
  "Could somebody who reads Spanish or German check that I understood this correctly?",
  "Identity confirmed by a call back to the number on record.",
  "The attachment is readable, but the date on it does not match the story. Ask kindly.",
  "Not urgent, the customer is on holiday until the end of next week.",
  "Customer has a business contract with a four-hour response time. Please take this one first.",
  "Handed over to the late shift with all documents.",
  "Spoke with the warehouse and engineering; both say it is the other one's turn. Following up.",
});

} // namespace

std::span<const demo_ticket> demo_tickets() { return tickets; }
std::span<const demo_person> demo_people() { return people; }
std::span<const std::string_view> demo_replies() { return replies; }
std::span<const std::string_view> demo_notes() { return notes; }

} // namespace callboard::app
