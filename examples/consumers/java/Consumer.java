import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads the results of Mimmo Streams: a JSON line for each that is newer than the last. */
public class Consumer {
  static final Map<String, String> SHOWN = Map.of("torrents.classified.v1", "verdict",
      "torrents.extracted.v1", "metadata", "torrents.linked.v1", "match");
  /** Of one input and revision the later one knows more. */
  static final List<String> METHODS = List.of("rules", "tagger", "llm");
  /** Escapes control characters and the like: a name is a stranger's text on your terminal. */
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Of two results of one torrent the higher rank stands: see docs/delivery.md. */
  record Rank(Instant seen, String reference, int revision, int method) implements Comparable<Rank> {
    static Rank of(JsonNode event) {
      int method = METHODS.indexOf(event.required("method").asText());
      if (method < 0) {
        throw new IllegalArgumentException("it is no result");
      }
      return new Rank(Instant.parse(event.required("observed_at").asText()),
          event.path("reference_date").asText(""), event.required("revision").asInt(), method);
    }

    @Override
    public int compareTo(Rank other) {
      return Comparator.comparing(Rank::seen).thenComparing(Rank::reference)
          .thenComparing(Rank::revision).thenComparing(Rank::method).compare(this, other);
    }
  }

  // Kept in memory for the sake of a short example. Keep it beside what you make of the events, and
  // write both in one transaction: after a restart older records may come again.
  static final Map<String, Rank> newest = new HashMap<>();

  /** What to print of a record; empty where a newer result, or this one, was seen before. */
  static Optional<JsonNode> line(ConsumerRecord<String, String> record)
      throws JsonProcessingException {
    var printed = JSON.createObjectNode().put("topic", record.topic()).put("infohash", record.key());
    Objects.requireNonNull(record.key(), "it has no key");
    String place = record.topic() + " " + record.key();
    if (record.value() == null) { // a tombstone: the torrent was dropped
      newest.remove(place);
      return Optional.of(printed.put("gone", true));
    }
    JsonNode event = JSON.readTree(record.value());
    Rank here = Rank.of(event);
    if (newest.containsKey(place) && here.compareTo(newest.get(place)) <= 0) {
      return Optional.empty();
    }
    newest.put(place, here);
    printed.set("result", event.get(SHOWN.get(record.topic())));
    if (event.has("torrent")) {
      printed.put("name", event.get("torrent").path("name").asText());
    }
    return Optional.of(printed);
  }

  static void work(ConsumerRecords<String, String> records) {
    for (var record : records) {
      try {
        var printed = line(record);
        if (printed.isPresent()) {
          System.out.println(JSON.writeValueAsString(printed.get()));
        }
      } catch (JsonProcessingException | RuntimeException error) {
        System.err.printf("skipped %s/%d@%d: %s%n", record.topic(), record.partition(),
            record.offset(), error.getClass().getSimpleName());
      }
    }
  }

  public static void main(String[] arguments) throws IOException {
    var text = new StringDeserializer();
    var consumer = new KafkaConsumer<>(Options.read(), text, text);
    var main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { // Ctrl-C: finish the batch, then leave
      consumer.wakeup();
      try {
        main.join(10_000);
      } catch (InterruptedException error) {
        main.interrupt();
      }
    }));
    try (consumer) { // closing leaves the group, so that others go on at once
      consumer.subscribe(SHOWN.keySet());
      while (true) {
        var records = consumer.poll(Duration.ofMillis(500));
        work(records);
        if (!records.isEmpty()) {
          consumer.commitSync(); // only now: what is lost in a crash comes again
        }
      }
    } catch (WakeupException stopped) {
      System.err.println("stopped");
    }
  }
}
