// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"testing"
	"time"
)

type clock struct{ at time.Time }

func newClock() *clock                          { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time                 { return c.at }
func (c *clock) pass(d time.Duration)           { c.at = c.at.Add(d) }
func keyNumber(number int) (key eventHash)      { copy(key[:], fmt.Sprint(number)); return }
func answerNumber(number int) (answer response) { return response{Body: fmt.Sprint(number)} }

func TestAResponseIsKeptForFiveMinutes(t *testing.T) {
	time := newClock()
	cache := newResponseCache(time.now, usualLife)
	cache.put(keyNumber(1), answerNumber(1))
	time.pass(usualLife - 1)
	if answer, hit := cache.get(keyNumber(1)); !hit || answer.Body != "1" {
		t.Error("it was gone too early")
	}
	time.pass(1)
	if _, hit := cache.get(keyNumber(1)); hit {
		t.Error("it was kept too long")
	}
	if len(cache.byKey) != 0 || cache.byAge.Len() != 0 {
		t.Error("what is too old still takes room")
	}
}

func TestTheOldestGoesFirst(t *testing.T) {
	cache := newResponseCache(newClock().now, usualLife)
	for number := range responseEntries {
		cache.put(keyNumber(number), answerNumber(number))
	}
	cache.put(keyNumber(0), answerNumber(7)) // is now the youngest
	cache.put(keyNumber(responseEntries), answerNumber(responseEntries))
	if answer, hit := cache.get(keyNumber(0)); !hit || answer.Body != "7" {
		t.Error("what was replaced is gone, or is the old one")
	}
	if _, hit := cache.get(keyNumber(1)); hit {
		t.Error("the oldest is still there")
	}
	if len(cache.byKey) != responseEntries || cache.byAge.Len() != responseEntries {
		t.Errorf("%d and %d entries", len(cache.byKey), cache.byAge.Len())
	}
}

func TestTheHashIsOfWhatIsAskedFor(t *testing.T) {
	hash := func(change func(*request)) eventHash {
		event := eventFrom(t, "get-product.json")
		change(&event)
		key, err := hashOf(event)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	same := hash(func(*request) {})
	for name, change := range map[string]func(*request){
		"request id": func(e *request) { e.RequestContext.RequestID = "other" },
		"time":       func(e *request) { e.RequestContext.Time, e.RequestContext.TimeEpoch = "later", 9 },
		"trace":      func(e *request) { e.Headers["X-Amzn-Trace-Id"] = "other"; delete(e.Headers, "x-amzn-trace-id") },
	} {
		if hash(change) != same {
			t.Errorf("the hash depends on the %s", name)
		}
	}
	for name, change := range map[string]func(*request){
		"path":     func(e *request) { e.RawPath += "x" },
		"query":    func(e *request) { e.RawQueryString = "a=b" },
		"language": func(e *request) { e.Headers["accept-language"] = "fr" },
		"caller":   func(e *request) { e.RequestContext.AccountID = "other" },
	} {
		if hash(change) == same {
			t.Errorf("the hash does not depend on the %s", name)
		}
	}
}

func TestHashingLeavesTheEventAlone(t *testing.T) {
	event := eventFrom(t, "get-product.json")
	_, err := hashOf(event)
	if err != nil || event.Headers["x-amzn-trace-id"] == "" || event.RequestContext.Time == "" {
		t.Error("the event was changed")
	}
}
