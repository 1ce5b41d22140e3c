#include "domain/classifier/word_families.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <vector>

#include "base/check.hpp"

namespace callboard {
namespace {

/// One family a line: English, German, Spanish, folded as in latin_folding. A stem matches every word that begins
/// with it; with "=" only the word itself. No stem stands twice.
constexpr std::string_view families[]{
  "invoice bill= bills billed billing  rechnung abrechnung  factura",
  "receipt  beleg quittung kassenbon  recibo comprobante justificante",
  "charge= charges charged charging debit debited  abgebucht abbuch belastet belastung eingezogen einzug  cobro cobra cobraron cobran cargo= cargos cargado debito",
  "pay= pays paid payed paying payment  bezahl zahlung zahle= zahlen zahlt gezahlt beglichen  pago= pagos pague pagar pagado pagada pagan abone abonado",
  "refund reimburs repay  erstatt ruckzahl zuruckzahl ruckerstatt  reembols devolucion devuelvan devuelva devolver devolvieron",
  "credit= credited  gutschrift guthaben gutgeschrieben  abono= saldo",
  "money cash funds  geld bargeld  dinero efectivo fondos",
  "price prices pricing cost costs rate= rates  preis kosten kostet tarif  precio coste costo cuesta cuanto tarifa",
  "discount coupon voucher promo  rabatt gutschein nachlass ermassig  descuento cupon rebaja",
  "subscription renewal renews renewed renew=  abonnement abo= verlanger  suscripcion renovacion renovar renueva",
  "plan= plans tier  tarifwechsel paket=",
  "contract policy=  vertrag vertrage vertrags police  contrato poliza",
  "tax taxes vat  steuer umsatzsteuer mwst mehrwertsteuer  impuesto iva= hacienda",
  "card= cards visa=  karte karten kreditkarte  tarjeta",
  "bank= banks iban transfer transferred wire  uberweis konten lastschrift  transferencia banco domiciliacion",
  "fee fees surcharge penalty  gebuhr mahngebuhr aufschlag pauschale  comision recargo penalizacion",
  "dunning reminder= overdue debt  mahnung inkasso schulden  deuda impago morosidad",
  "double twice duplicate duplicated  doppelt zweimal  doble duplicado duplicada veces=",
  "deposit bail  kaution anzahlung  fianza deposito senal",
  "rent= rental  miete=  alquiler renta=",
  "salary payroll wages  gehalt lohn  nomina salario sueldo",
  "cancel cancelled canceled cancelling cancellation  kundig gekundigt stornier storno  baja= anulen anular",
  "amount sum= total=  betrag summe  importe monto cantidad",
  "dollars euros pounds pesos francs cents  euro franken cent=  dolares",
  "accountant bookkeeping accounting accounts auditors  buchhaltung steuerberater buchhalter  contabilidad contable gestor",
  "quote= estimate offer=  angebot kostenvoranschlag  presupuesto oferta",
  "error errors exception fault bug= bugs  fehler stoerung storung  errores fallo falla fallan averia",
  "crash crashes crashed crashing freeze freezes frozen hangs  absturz abgesturzt sturzt hangt hangen eingefroren  cuelga colgado bloquea= congela",
  "broken defective dead= damaged  kaputt defekt beschadigt  roto rota averiado danado",
  "works work= working worked function  funktion lauft geht=  funciona funcionar sirve",
  "app apps application  anwendung  aplicacion",
  "website site= page pages  webseite seite= homepage  pagina web= sitio",
  "login signin password passwords  anmeld passwort kennwort einloggen  contrasena acceso iniciar clave= ingresar",
  "account= profile  konto kundenkonto profil benutzerkonto  cuenta perfil usuario=",
  "update updates updated upgrade patch= firmware version  aktualisier  actualizacion actualizar actualice",
  "server servers database cluster hosting  datenbank  servidor servidores",
  "api endpoint webhook webhooks token json sdk  schnittstelle endpunkt  integracion",
  "export exports import= imports csv file files pdf  datei dateien  archivo archivos exportar importar fichero",
  "upload uploads download downloads  hochladen herunterladen hochgeladen  subir= descargar descarga",
  "backup restore restored backups  sicherung wiederherstell  copia= respaldo restaurar",
  "deleted vanished vanish gone= disappeared lost wiped missing missed  verschwunden geloscht verloren fehlt fehlen weg=  perdi perdido borrado borraron desaparec falta= faltan",
  "data records record  daten datensatz  datos registros",
  "button buttons click clicked tap= press menu  knopf taste klick  boton pulso clic",
  "screen display monitor tablet laptop  bildschirm anzeige  pantalla",
  "printer scanner print prints printed  drucker druckt gedruckt  impresora imprimir imprime escaner",
  "internet connection network wifi offline router online signal  verbindung netz= netzwerk wlan leitung  conexion linea= red= senales",
  "phone= phones mobile call= calls called calling hotline  telefon handy anruf angerufen ruckruf  telefono celular movil llamo llame llamada llamadas",
  "email mail= mails inbox mailbox spam  postfach  correo correos buzon",
  "device machine sensor battery batteries controller  gerat maschine batterie akku  aparato equipo= maquina bateria",
  "camera video audio sound photo photos picture pictures image  kamera ton= bild= bilder foto fotos  camara sonido imagen imagenes",
  "heating boiler water= heater temperature thermostat  heizung wasser= warmwasser temperatur  calefaccion caldera agua= temperatura termostato",
  "electricity meter power= gas=  strom zahler stromausfall  luz= electric contador",
  "door= doors lock= locked key= keys gate badge  tur= schloss schlussel gesperrt tor=  puerta llave llaves cerradura",
  "browser chrome firefox safari android iphone windows  navegador",
  "slow= slower loading loads timeout latency  langsam ladt= laden= ladezeit  lento lenta tarda= carga=",
  "wrong incorrect mistake incorrectly false  falsch falsche irrtum  equivocado incorrecto erroneo mal=",
  "search filter sort sorting list=  suche= sortier liste=  busqueda buscar filtro lista=",
  "code= codes sms verification  bestatigungscode  codigo codigos",
  "security hacked breach attack fraud fraudulent phishing stolen stranger  sicherheit gehackt angriff betrug gestohlen fremde=  seguridad hackeado ataque fraude estafa robado robo",
  "block= blocked suspended suspend  sperr blockiert  bloque suspendid",
  "stop= stopped stops down= outage  steht= stillstand ausfall ausgefallen  parado parada caida caido detenida",
  "reset restart restarted reboot reinstall reinstalled  neustart neugestartet zuruckgesetzt neuinstall  reinici resete reinstal",
  "save= saved saves  speicher gespeichert  guardar guarda= guardado",
  "calendar appointment appointments booking booked reservation  termin kalender buchung reservier gebucht  cita= citas calendario reserva",
  "order= orders ordered ordering purchase bought basket cart checkout  bestell gekauft kauf= warenkorb  pedido= pedidos compra comprar compre orden=",
  "delivery deliver delivered parcel courier package shipping shipped ship= depot  liefer zustell versand sendung  entrega entregar envio envios paquete repartidor mensajeria",
  "return= returns returned exchange  rucksend umtausch retoure zuruckgeschickt  cambio= devolv",
  "hours= opening open= closed  offnungszeit geoffnet offen=  horario abren abierto abierta",
  "question wondering curious ask= asking  frage fragen  pregunta preguntar duda= consulta",
  "idea suggestion wish= feature feedback  idee vorschlag wunsch wunsche anregung  sugerencia propuesta",
  "thanks thank grateful gratitude cheers  danke dank dankeschon  gracias agradec",
  "great lovely wonderful brilliant love= perfect excellent fantastic amazing bravo  super toll= tolle prima klasse wunderbar perfekt spitze  genial maravill encanta excelente perfecto enhorabuena felicidades",
  "friendly kind= patient= helpful quick=  freundlich nett= hilfsbereit geduld schnell  amable paciencia simpatic rapidez",
  "complain complaint rude unacceptable disgrace apology  beschwer unverschamt frech entschuldigung  queja reclamacion verguenza maleducad disculpa",
  "wait= waiting waited queue  warte= warten gewartet schlange  esperando espera= esperar cola=",
  "nobody noone ignored reply replies answer answers response  niemand antwort antwortet reagiert keiner  nadie respuesta responde contesta",
  "staff colleague employee agent lady gentleman  mitarbeiter kollege kollegin team= herr=  empleado companer personal= encargado",
  "address moved move= moving  adresse anschrift umzug umgezogen  direccion mudado mudanza domicilio",
  "name= names surname married marriage wedding  namen heirat hochzeit  nombre apellido casado boda=",
  "certificate letter= form= document documents papers proof transcript  bescheinigung bestatigung formular unterlagen nachweis dokument urkunde  certificado documento formulario papeles titulo= constancia",
  "newsletter unsubscribe advertising marketing  abbestellen werbung verteiler  boletin publicidad",
  "partner partnership collaborat cooperat sponsor  kooperation zusammenarbeit  colabora alianza patrocin",
  "job= internship vacancy placement volunteer  praktikum stelle= bewerb ehrenamt  practicas empleo= voluntari",
  "school class= teacher pupils student course lessons kids  schule lehrer schuler kurs kita unterricht  colegio clase= alumnos profesor curso escuela",
  "hospital doctor nurse clinic ward medical  arzt krankenhaus praxis klinik station  medico pacientes paciente clinica enfermer",
  "hotel room= guest guests breakfast stay=  zimmer gast= fruhstuck  habitacion huesped desayuno",
  "ticket= tickets concert event museum theatre  eintritt konzert veranstaltung  entrada= entradas concierto museo evento",
  "parking car= vehicle driver bus= train=  parken parkplatz auto= fahrer zug=  aparcar coche conductor autobus tren=",
  "dog= dogs pet= pets cat=  hund hunde katze haustier  perro gato mascota",
  "child children son= daughter family mother father  kinder tochter sohn familie mutter vater  hijo hija nino nina ninos familia madre padre",
  "insurance claim= accident  versicherung schaden unfall  seguro= siniestro accidente",
  "language english german spanish translation  sprache deutsch englisch ubersetz  idioma espanol ingles traduccion",
  "manual guide instructions tutorial  anleitung handbuch  instrucciones guia",
  "urgent urgently immediately asap today= tonight deadline emergency  dringend sofort umgehend heute= eilig notfall frist  urgente urgencia inmediat hoy= plazo",
  "morning since yesterday  seit= gestern morgen=  desde ayer manana",
  "tomorrow noon midnight  mittag mitternacht  mediodia medianoche",
  "entire everyone everybody whole  alle= samtliche ganze komplett  todos todas entero entera toda=",
  "customers clients customer client  kunde kunden mandanten  cliente clientes",
  "company business shop store office production  firma betrieb geschaft produktion buro  empresa tienda negocio oficina produccion",
  "sign= signed signature  unterschr unterzeichn signatur  firmar firmado",
  "annual yearly monthly quarter  jahrlich monatlich quartal  anual mensual trimestr",
  "invited trial free= gratis  kostenlos probe=  gratuit prueba",
  "number= numbers digits  nummer ziffer zahl=  numero cifra",
  "text= font colour color logo layout design typo theme  schrift farbe tippfehler  letra diseno errata tema=",
  "notification notifications alert alerts reminders push  benachrichtigung erinnerung meldung  notificacion aviso avisos recordatorio",
  "setting settings option options enable disable  einstellung aktivier deaktivier  ajuste configuracion opcion activar desactivar",
  "gift birthday present=  geschenk geburtstag  regalo cumpleanos",
  "game= level player play=  spiel= spiele  juego= nivel jugar jugador",
  "recipe food= meal vegan restaurant coffee  essen= speise kaffee kuche  comida restaurante cafe",
  "report= reports statement= statements dashboard  bericht auswertung auszug kontoauszug ubersicht  informe extracto listado resumen",
  "sync synchron  abgleich  sincroniz",
  "permission role= admin administrator  berechtigung rolle=  permiso rol= administrador",
  "book= books library read=  buch= bucher bibliothek  libro libros biblioteca",
  "deceased passed died widow  verstorben gestorben  fallec muerto",
};

constexpr std::size_t stem_length_min = 3;
constexpr std::size_t stem_length_max = 16;
/// From this length on a word may be a compound, whose later parts are looked at too.
constexpr std::size_t compound_length_min = 9;
constexpr std::size_t compound_part_min = 5;

constexpr std::uint64_t hash_begin = 0xcbf29ce484222325ULL;

/// FNV-1a, one letter further.
constexpr std::uint64_t hash_on(std::uint64_t hash, char letter) {
  return (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
}

constexpr std::uint64_t hash_of(std::string_view text) {
  auto hash = hash_begin;
  for (const char letter : text)
    hash = hash_on(hash, letter);
  return hash;
}

/// An open hash table from stem to family, at most half full.
class stem_table {
public:
  explicit stem_table(std::size_t stems) : slots_(std::bit_ceil(stems * 2)) {}

  void add(std::uint64_t hash, int family) {
    auto& slot = slots_[index_of(hash)];
    CALLBOARD_CHECK(slot.hash == 0, "no stem of the word families stands twice");
    slot = {hash, family};
  }

  /// The family, or 0.
  int find(std::uint64_t hash) const { return slots_[index_of(hash)].family; }

private:
  struct entry {
    std::uint64_t hash = 0;
    int family = 0;
  };

  std::size_t index_of(std::uint64_t hash) const {
    auto at = static_cast<std::size_t>(hash >> 20U) & (slots_.size() - 1);
    while (slots_[at].hash != 0 && slots_[at].hash != hash)
      at = (at + 1) & (slots_.size() - 1);
    return at;
  }

  std::vector<entry> slots_;
};

template <class F>
void for_each_stem(F f) {
  int family = 0;
  for (auto line : families) {
    ++family;
    while (!line.empty()) {
      const auto end = std::min(line.find(' '), line.size());
      if (end > 0)
        f(line.substr(0, end), family);
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }
}

struct stem_tables {
  stem_table whole_words{512};
  stem_table prefixes{2048};

  stem_tables() {
    for_each_stem([this](std::string_view stem, int family) {
      if (stem.back() == '=')
        whole_words.add(hash_of(stem.substr(0, stem.size() - 1)), family);
      else
        prefixes.add(hash_of(stem), family);
    });
  }
};

const stem_tables& tables() {
  static const stem_tables instance;
  return instance;
}

/// The family of the longest stem that `word` begins with.
int family_of_beginning(std::string_view word, std::size_t length_min) {
  int family = 0;
  auto hash = hash_begin;
  const auto longest = std::min(word.size(), stem_length_max);
  for (std::size_t length = 1; length <= longest; ++length) {
    hash = hash_on(hash, word[length - 1]);
    if (length < length_min)
      continue;
    if (const auto found = tables().prefixes.find(hash))
      family = found;
  }
  return family;
}

} // namespace

int word_family(std::string_view word) {
  if (const auto family = tables().whole_words.find(hash_of(word)))
    return family;
  if (const auto family = family_of_beginning(word, stem_length_min))
    return family;
  if (word.size() < compound_length_min)
    return 0;
  for (std::size_t from = stem_length_min; from + compound_part_min <= word.size(); ++from)
    if (const auto family = family_of_beginning(word.substr(from), compound_part_min))
      return family;
  return 0;
}

} // namespace callboard
