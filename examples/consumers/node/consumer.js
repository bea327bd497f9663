// Reads the results of Mimmo Streams from Kafka: a JSON line for each that is newer than the last.
import { readFileSync } from "node:fs";

import { decompress } from "fzstd";
import kafkajs from "kafkajs";

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
const SHOWN = {
  "torrents.classified.v1": "verdict",
  "torrents.extracted.v1": "metadata",
  "torrents.linked.v1": "match",
};
const METHODS = ["rules", "tagger", "llm"]; // of one input and revision the later one knows more

// Batches are compressed with zstd, which kafkajs leaves to its users.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: () => { throw new Error("this example only reads"); },
  decompress: async (buffer) => Buffer.from(decompress(buffer)),
});

// Kept in memory for the sake of a short example. Keep it beside what you make of the events, and
// write both in one transaction: after a restart older records may come again.
const newest = new Map();

const env = (name, otherwise) => process.env[`STREAMS_KAFKA_${name}`] || otherwise;

/** How Kafka is reached, from the variables that Mimmo Streams itself has. */
function options() {
  const security = env("SECURITY", "PLAINTEXT");
  const chosen = { brokers: env("BOOTSTRAP", "localhost:9092").split(","), logLevel: logLevel.ERROR };
  const read = (name) => (env(name) ? readFileSync(env(name), "utf8") : undefined);
  if (security.endsWith("SSL")) {
    chosen.ssl = { ca: read("CA"), cert: read("CERT"), key: read("KEY") };
  }
  if (security.startsWith("SASL_")) {
    chosen.sasl = {
      mechanism: env("SASL_MECHANISM", "SCRAM-SHA-512").toLowerCase(),
      username: env("USERNAME"),
      password: read("PASSWORD_FILE")?.replace(/[\r\n]+$/, "") ?? env("PASSWORD"),
    };
  }
  return chosen;
}

/** Of two results of one torrent the higher rank stands: see docs/delivery.md. */
function rank(event) {
  const here = [
    moment(event.observed_at),
    event.reference_date ?? "",
    event.revision,
    METHODS.indexOf(event.method),
  ];
  if (!here[2] || here[3] < 0) throw new TypeError("it is no result");
  return here;
}

/** A moment with its microseconds, which a Date has not, as a text that sorts. */
function moment(text) {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? "";
  return new Date(text).toISOString().slice(0, 19) + fraction.padEnd(9, "0");
}

function isNewer(here, before) {
  const place = here.findIndex((value, index) => value !== before[index]);
  return place >= 0 && here[place] > before[place];
}

/** What to print of a message; null where a newer result, or this one, was seen before. */
function line(topic, message) {
  const infohash = message.key.toString();
  const place = `${topic} ${infohash}`;
  if (message.value === null) { // a tombstone: the torrent was dropped
    newest.delete(place);
    return { topic, infohash, gone: true };
  }
  const event = JSON.parse(message.value.toString());
  const here = rank(event);
  if (newest.has(place) && !isNewer(here, newest.get(place))) return null;
  newest.set(place, here);
  return { topic, infohash, result: event[SHOWN[topic]], name: event.torrent?.name };
}

function work({ topic, partition, messages }) {
  for (const message of messages) {
    try {
      const shown = line(topic, message);
      // JSON escapes control characters: a name is a stranger's text on your terminal.
      if (shown) console.log(JSON.stringify(shown));
    } catch (error) {
      console.error(`skipped ${topic}/${partition}@${message.offset}: ${error.name}`);
    }
  }
}

const consumer = new Kafka(options()).consumer({ groupId: process.env.GROUP || "example-node" });
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await consumer.disconnect(); // ends the batch and leaves the group, so that others go on at once
    process.exit(0);
  });
}
await consumer.connect();
await consumer.subscribe({ topics: Object.keys(SHOWN), fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    work(batch);
    // Only now: what is lost in a crash comes again.
    const offset = (BigInt(batch.lastOffset()) + 1n).toString();
    await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
  },
});
