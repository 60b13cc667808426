// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func newReadiness() (*readiness, chan string) {
	said := make(chan string, 10)
	return &readiness{began: time.Now(), say: func(line string) { said <- line }}, said
}

func expectLine(t *testing.T, said chan string) {
	t.Helper()
	select {
	case line := <-said:
		if !strings.HasPrefix(line, "optimizer initialized in ") || !strings.HasSuffix(line, " ms") {
			t.Error(line)
		}
	case <-time.After(5 * time.Second):
		t.Error("it never said that init is complete")
	}
}

func TestSyncMakesAllBeforeItReturns(t *testing.T) {
	r, said := newReadiness()
	made := 0
	count := func() (int, error) { made++; return made, nil }
	part := once(r, count)
	once(r, count)
	r.begin("sync")
	if made != 2 {
		t.Errorf("%d parts are made", made)
	}
	expectLine(t, said)
	if part(); made != 2 || len(said) != 0 {
		t.Error("it was made or said again")
	}
}

func TestAsyncReturnsAtOnceAndHandlersWait(t *testing.T) {
	r, said := newReadiness()
	proceed := make(chan bool)
	made := false
	once(r, func() (string, error) { <-proceed; made = true; return "", nil })
	r.begin("async")
	if len(said) != 0 {
		t.Error("it was complete too early")
	}
	time.AfterFunc(10*time.Millisecond, func() { close(proceed) })
	if r.wait(); !made {
		t.Error("it did not wait")
	}
	expectLine(t, said)
}

func TestLazyMakesAPartWhereItIsNeeded(t *testing.T) {
	r, said := newReadiness()
	var made atomic.Int32
	first := once(r, func() (int32, error) { return made.Add(1), nil })
	second := once(r, func() (int32, error) { return made.Add(1), nil })
	r.begin("lazy")
	if made.Load() != 0 {
		t.Error("something was made")
	}
	first()
	if made.Load() != 1 || len(said) != 0 {
		t.Error("more than the first part was made")
	}
	second()
	expectLine(t, said)
}

func TestWithoutTheTechniqueItIsMadeEachTimeAndNotByInit(t *testing.T) {
	r, _ := newReadiness()
	made := 0
	part := onceIf(false, r, func() (int, error) { made++; return made, nil })
	r.begin("sync")
	part()
	part()
	if made != 2 {
		t.Errorf("made %d times", made)
	}
}
