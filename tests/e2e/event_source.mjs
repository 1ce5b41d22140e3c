// Prints each event of a stream as a line of JSON: node event_source.mjs <url> <event type>...
// The EventSource of the npm package `eventsource` comes back by itself when the stream breaks.
import { EventSource } from 'eventsource';

const [url, ...types] = process.argv.slice(2);
const stream = new EventSource(url);
const print = (line) => console.log(JSON.stringify(line));

for (const type of types) {
  stream.addEventListener(type, (event) => print({ type, id: event.lastEventId, data: JSON.parse(event.data) }));
}
stream.addEventListener('open', () => print({ type: 'open' }));
stream.addEventListener('error', (event) => {
  print({ type: 'error', status: event.code, gone: stream.readyState === EventSource.CLOSED });
});
