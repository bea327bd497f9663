import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** How Kafka is reached, from the variables that Mimmo Streams itself has. */
class Options {
  static String env(String name, String otherwise) {
    String value = System.getenv("STREAMS_KAFKA_" + name);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  static Properties read() throws IOException {
    var chosen = new Properties();
    chosen.put("bootstrap.servers", env("BOOTSTRAP", "localhost:9092"));
    chosen.put("group.id", Optional.ofNullable(System.getenv("GROUP")).orElse("example-java"));
    chosen.put("auto.offset.reset", "earliest");
    chosen.put("enable.auto.commit", "false");
    String security = env("SECURITY", "PLAINTEXT");
    chosen.put("security.protocol", security);
    if (security.endsWith("SSL") && !env("CA", "").isEmpty()) {
      chosen.put("ssl.truststore.type", "PEM");
      chosen.put("ssl.truststore.location", env("CA", ""));
    }
    if (!env("CERT", "").isEmpty()) { // Java wants the key in PKCS #8: openssl pkcs8 -topk8 -nocrypt
      chosen.put("ssl.keystore.type", "PEM");
      chosen.put("ssl.keystore.certificate.chain", Files.readString(Path.of(env("CERT", ""))));
      chosen.put("ssl.keystore.key", Files.readString(Path.of(env("KEY", ""))));
    }
    if (security.startsWith("SASL_")) {
      String mechanism = env("SASL_MECHANISM", "SCRAM-SHA-512");
      String file = env("PASSWORD_FILE", "");
      String password =
          file.isEmpty() ? env("PASSWORD", "") : Files.readString(Path.of(file)).replaceAll("[\r\n]+$", "");
      String module = mechanism.equals("PLAIN") ? "plain.Plain" : "scram.Scram";
      chosen.put("sasl.mechanism", mechanism);
      chosen.put("sasl.jaas.config", "org.apache.kafka.common.security." + module
          + "LoginModule required username=" + quoted(env("USERNAME", "")) + " password="
          + quoted(password) + ";");
    }
    return chosen;
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
