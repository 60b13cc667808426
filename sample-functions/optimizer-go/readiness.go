// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// readiness knows what init has to make, and says when all of it is made, wherever that was.
type readiness struct {
	began   time.Time
	say     func(string)
	parts   []func()
	missing atomic.Int32
	running sync.WaitGroup
}

// once makes a thing once, at init or where it is first needed, whichever comes first.
func once[T any](r *readiness, make func() (T, error)) func() (T, error) {
	made := sync.OnceValues(func() (T, error) {
		defer r.partDone()
		return make()
	})
	r.missing.Add(1)
	r.parts = append(r.parts, func() { made() })
	return made
}

// onceIf: without the technique, the thing is made anew for each request, and init has nothing to do with it.
func onceIf[T any](on bool, r *readiness, make func() (T, error)) func() (T, error) {
	if !on {
		return make
	}
	return once(r, make)
}

func (r *readiness) partDone() {
	if r.missing.Add(-1) == 0 {
		milliseconds := float64(time.Since(r.began).Microseconds()) / 1000
		r.say(fmt.Sprintf("optimizer initialized in %.1f ms", milliseconds))
	}
}

// begin does the work of init when the switch says: now, in the background, or at the point of need.
func (r *readiness) begin(init string) {
	all := func() {
		for _, part := range r.parts {
			part()
		}
	}
	switch init {
	case "sync":
		all()
	case "async":
		r.running.Go(all)
	}
}

// wait is for handlers: one that went ahead of init would only open a connection of its own.
func (r *readiness) wait() { r.running.Wait() }
