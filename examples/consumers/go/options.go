package main

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

func env(name, otherwise string) string { return cmp.Or(os.Getenv("STREAMS_KAFKA_"+name), otherwise) }

func read(path string) []byte {
	text, err := os.ReadFile(path)
	must(err)
	return text
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// options say how Kafka is reached, from the variables that Mimmo Streams itself has.
func options() []kgo.Opt {
	chosen := []kgo.Opt{kgo.SeedBrokers(strings.Split(env("BOOTSTRAP", "localhost:9092"), ",")...)}
	security := env("SECURITY", "PLAINTEXT")
	if strings.HasSuffix(security, "SSL") {
		secured := &tls.Config{MinVersion: tls.VersionTLS12}
		if path := env("CA", ""); path != "" {
			secured.RootCAs = x509.NewCertPool()
			secured.RootCAs.AppendCertsFromPEM(read(path))
		}
		if path := env("CERT", ""); path != "" {
			pair, err := tls.LoadX509KeyPair(path, env("KEY", ""))
			must(err)
			secured.Certificates = []tls.Certificate{pair}
		}
		chosen = append(chosen, kgo.DialTLSConfig(secured))
	}
	if strings.HasPrefix(security, "SASL_") {
		user, password := env("USERNAME", ""), env("PASSWORD", "")
		if path := env("PASSWORD_FILE", ""); path != "" {
			password = strings.TrimRight(string(read(path)), "\r\n")
		}
		switch mechanism := env("SASL_MECHANISM", "SCRAM-SHA-512"); mechanism {
		case "SCRAM-SHA-512":
			chosen = append(chosen, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha512Mechanism()))
		case "SCRAM-SHA-256":
			chosen = append(chosen, kgo.SASL(scram.Auth{User: user, Pass: password}.AsSha256Mechanism()))
		case "PLAIN":
			chosen = append(chosen, kgo.SASL(plain.Auth{User: user, Pass: password}.AsMechanism()))
		default:
			log.Fatalf("this example does not know %s", mechanism)
		}
	}
	return chosen
}
