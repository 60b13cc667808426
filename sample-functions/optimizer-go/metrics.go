// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"sync/atomic"
	"time"
)

// metrics counts, and writes a line of CloudWatch's embedded metric format for each invocation.
type metrics struct {
	out               io.Writer
	now               func() time.Time
	invocations       atomic.Int64
	connectionsOpened atomic.Int64 // since the last line
}

type metricName struct {
	Name string
	Unit string
}

type metricSet struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metricName
}

type metricLine struct {
	AWS struct {
		Timestamp         int64
		CloudWatchMetrics []metricSet
	} `json:"_aws"`
	Function          string
	ColdStart         int
	Invocations       int
	Duration          float64
	CacheHit          *int `json:",omitempty"`
	ConnectionsOpened int64
}

// write tells of one invocation, or at the end (invocations is 0) of what came after the last one.
// cacheHit is nil where no cache was asked.
func (m *metrics) write(invocations int, duration time.Duration, cacheHit *bool) {
	line := metricLine{
		Function: "optimizer-go", Invocations: invocations, ConnectionsOpened: m.connectionsOpened.Swap(0),
		Duration: float64(duration.Microseconds()) / 1000,
	}
	if m.invocations.Add(int64(invocations)) == 1 && invocations == 1 {
		line.ColdStart = 1
	}
	names := []metricName{{"ColdStart", "Count"}, {"Invocations", "Count"}, {"Duration", "Milliseconds"}}
	if cacheHit != nil {
		hits := 0
		if *cacheHit {
			hits = 1
		}
		line.CacheHit = &hits
		names = append(names, metricName{"CacheHit", "Count"})
	}
	names = append(names, metricName{"ConnectionsOpened", "Count"})
	line.AWS.Timestamp = m.now().UnixMilli()
	line.AWS.CloudWatchMetrics = []metricSet{{"optimizer", [][]string{{"Function"}}, names}}
	text, err := json.Marshal(line)
	if err != nil {
		panic(err) // numbers and constants only
	}
	m.out.Write(append(text, '\n'))
}

func (m *metrics) flush() {
	if m.connectionsOpened.Load() > 0 {
		m.write(0, 0, nil)
	}
}
