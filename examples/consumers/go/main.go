// Reads the results of Mimmo Streams from Kafka: a JSON line for each that is newer than the last.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

var shown = map[string]string{
	"torrents.classified.v1": "verdict", "torrents.extracted.v1": "metadata", "torrents.linked.v1": "match",
}
var methods = []string{"rules", "tagger", "llm"} // of one input and revision the later one knows more

// Kept in memory for the sake of a short example. Keep it beside what you make of the events, and
// write both in one transaction: after a restart older records may come again.
var newest = map[string]rank{}

// Of two results of one torrent the higher rank stands: see docs/delivery.md.
type rank struct {
	Seen      time.Time `json:"observed_at"`
	Reference string    `json:"reference_date"`
	Revision  int       `json:"revision"`
	Method    string    `json:"method"`
}

func (a rank) compare(b rank) int {
	return cmp.Or(a.Seen.Compare(b.Seen), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.Revision, b.Revision),
		cmp.Compare(slices.Index(methods, a.Method), slices.Index(methods, b.Method)))
}

// line is what to print of a record; nil where a newer result, or this one, was seen before.
func line(record *kgo.Record) (map[string]any, error) {
	if len(record.Key) == 0 {
		return nil, fmt.Errorf("it has no key")
	}
	printed := map[string]any{"topic": record.Topic, "infohash": string(record.Key)}
	place := record.Topic + " " + string(record.Key)
	if record.Value == nil { // a tombstone: the torrent was dropped
		delete(newest, place)
		printed["gone"] = true
		return printed, nil
	}
	var here rank
	var event map[string]any
	if err := json.Unmarshal(record.Value, &here); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(record.Value, &event); err != nil {
		return nil, err
	}
	if here.Seen.IsZero() || here.Revision == 0 || !slices.Contains(methods, here.Method) {
		return nil, fmt.Errorf("it is no result")
	}
	if before, known := newest[place]; known && here.compare(before) <= 0 {
		return nil, nil
	}
	newest[place] = here
	printed["result"] = event[shown[record.Topic]]
	if torrent, ok := event["torrent"].(map[string]any); ok {
		printed["name"] = torrent["name"]
	}
	return printed, nil
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	topics := []string{"torrents.classified.v1", "torrents.extracted.v1", "torrents.linked.v1"}
	group := cmp.Or(os.Getenv("GROUP"), "example-go")
	client, err := kgo.NewClient(append(options(), kgo.ConsumerGroup(group), kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll())...)
	must(err)
	defer client.CloseAllowingRebalance() // leaves the group, so that others go on at once
	out := json.NewEncoder(os.Stdout)     // escapes control characters: a name is a stranger's text
	for ctx.Err() == nil {
		fetches := client.PollRecords(ctx, 500)
		fetches.EachError(func(topic string, _ int32, err error) {
			if ctx.Err() == nil {
				log.Printf("%s: %v", topic, err)
			}
		})
		fetches.EachRecord(func(record *kgo.Record) {
			printed, err := line(record)
			if err != nil {
				log.Printf("skipped %s/%d@%d: %v", record.Topic, record.Partition, record.Offset, err)
			} else if printed != nil {
				must(out.Encode(printed))
			}
		})
		if !fetches.Empty() { // only now: what is lost in a crash comes again
			must(client.CommitRecords(context.Background(), fetches.Records()...))
		}
		client.AllowRebalance()
	}
}
