// SPDX-License-Identifier: Apache-2.0

package main

import (
	"container/list"
	"crypto/sha256"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"time"
)

const responseEntries = 1000

type eventHash [sha256.Size]byte

// hashOf leaves out what is different in each event that asks for the same.
func hashOf(event request) (eventHash, error) {
	event.RequestContext.RequestID = ""
	event.RequestContext.Time = ""
	event.RequestContext.TimeEpoch = 0
	event.Headers = maps.Clone(event.Headers)
	maps.DeleteFunc(event.Headers, func(name, _ string) bool { return strings.EqualFold(name, "x-amzn-trace-id") })
	text, err := json.Marshal(event) // with the keys of maps in order
	return sha256.Sum256(text), err
}

type cachedResponse struct {
	key    eventHash
	answer response
	until  time.Time
}

// responseCache forgets the oldest first. Its clock is the one on the wall: it goes on while the
// environment is frozen.
type responseCache struct {
	now   func() time.Time
	life  time.Duration
	mutex sync.Mutex
	byKey map[eventHash]*list.Element
	byAge *list.List // the oldest in front
}

func newResponseCache(now func() time.Time, life time.Duration) *responseCache {
	return &responseCache{now: now, life: life, byKey: map[eventHash]*list.Element{}, byAge: list.New()}
}

func (c *responseCache) get(key eventHash) (response, bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	element, found := c.byKey[key]
	if !found {
		return response{}, false
	}
	entry := element.Value.(*cachedResponse)
	if !c.now().Before(entry.until) {
		c.remove(element)
		return response{}, false
	}
	return entry.answer, true
}

func (c *responseCache) put(key eventHash, answer response) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if element, found := c.byKey[key]; found {
		c.remove(element)
	}
	if c.byAge.Len() == responseEntries {
		c.remove(c.byAge.Front())
	}
	c.byKey[key] = c.byAge.PushBack(&cachedResponse{key, answer, c.now().Add(c.life)})
}

func (c *responseCache) remove(element *list.Element) {
	c.byAge.Remove(element)
	delete(c.byKey, element.Value.(*cachedResponse).key)
}
