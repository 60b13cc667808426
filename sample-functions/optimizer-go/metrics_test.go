// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func linesOf(t *testing.T, out *bytes.Buffer) (all []map[string]any) {
	t.Helper()
	for text := range strings.Lines(out.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	return all
}

// Each metric that is declared has to have a value, and no value may be undeclared.
func expectDeclared(t *testing.T, line map[string]any) {
	t.Helper()
	set := line["_aws"].(map[string]any)["CloudWatchMetrics"].([]any)[0].(map[string]any)
	declared := []string{"Function", "_aws"}
	for _, one := range set["Metrics"].([]any) {
		declared = append(declared, one.(map[string]any)["Name"].(string))
	}
	slices.Sort(declared)
	if given := slices.Sorted(maps.Keys(line)); !slices.Equal(given, declared) {
		t.Errorf("declared %v, given %v", declared, given)
	}
}

func TestALineTellsOfItsInvocationOnly(t *testing.T) {
	var out bytes.Buffer
	m := &metrics{out: &out, now: newClock().now}
	m.connectionsOpened.Add(2)
	m.write(1, 1250*time.Microsecond, nil)
	m.write(1, time.Millisecond, nil)
	lines := linesOf(t, &out)
	first, second := lines[0], lines[1]
	if first["ColdStart"] != 1.0 || first["Duration"] != 1.25 || first["ConnectionsOpened"] != 2.0 {
		t.Error(first)
	}
	if second["ColdStart"] != 0.0 || second["Invocations"] != 1.0 || second["ConnectionsOpened"] != 0.0 {
		t.Error(second)
	}
	if first["_aws"].(map[string]any)["Timestamp"] != float64(newClock().at.UnixMilli()) {
		t.Error(first)
	}
	expectDeclared(t, first)
}

func TestCacheHitsAreToldOnlyWhereACacheWasAsked(t *testing.T) {
	var out bytes.Buffer
	m := &metrics{out: &out, now: newClock().now}
	for _, hit := range []bool{true, false} {
		m.write(1, 0, &hit)
	}
	m.write(1, 0, nil)
	lines := linesOf(t, &out)
	if lines[0]["CacheHit"] != 1.0 || lines[1]["CacheHit"] != 0.0 {
		t.Error(lines)
	}
	if _, given := lines[2]["CacheHit"]; given {
		t.Error(lines[2])
	}
	expectDeclared(t, lines[0])
}

func TestWhatIsLeftAtTheEndIsTold(t *testing.T) {
	var out bytes.Buffer
	m := &metrics{out: &out, now: newClock().now}
	m.flush()
	if out.Len() != 0 {
		t.Error(out.String())
	}
	m.connectionsOpened.Add(1)
	m.flush()
	if line := linesOf(t, &out)[0]; line["Invocations"] != 0.0 || line["ConnectionsOpened"] != 1.0 ||
		line["ColdStart"] != 0.0 {
		t.Error(line)
	}
}
