// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// tableServer speaks as much of the DynamoDB API over TLS as the function uses.
type tableServer struct {
	*httptest.Server
	mutex sync.Mutex
	items map[string]json.RawMessage
	calls []string
	hangs atomic.Bool // answers nobody, until the client gives up
}

func newTableServer(t *testing.T) *tableServer {
	table := &tableServer{items: map[string]json.RawMessage{}}
	table.Server = httptest.NewTLSServer(table)
	t.Cleanup(table.Close)
	return table
}

func (s *tableServer) switches() switches {
	roots, err := rootsFrom(base64.StdEncoding.EncodeToString(s.Certificate().Raw))
	if err != nil {
		panic(err)
	}
	return switches{init: "lazy", responseLife: usualLife, storeURL: s.URL, storeRoots: roots}
}

func (s *tableServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		TableName           string
		ConditionExpression string
		Key, Item           map[string]struct{ S string }
	}
	text, _ := io.ReadAll(r.Body)
	json.Unmarshal(text, &asked)
	if s.hangs.Load() {
		<-r.Context().Done()
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s.calls = append(s.calls, action)
	answer := func(status int, text string) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", fmt.Sprint(crc32.ChecksumIEEE([]byte(text))))
		w.WriteHeader(status)
		w.Write([]byte(text))
	}
	exception := func(name string) { answer(400, `{"__type":"com.amazonaws.dynamodb.v20120810#`+name+`"}`) }
	switch {
	case asked.TableName != "optimizer":
		exception("ResourceNotFoundException")
	case action == "GetItem" && s.items[asked.Key["id"].S] != nil:
		answer(200, `{"Item":`+string(s.items[asked.Key["id"].S])+`}`)
	case action == "PutItem" && asked.ConditionExpression == "attribute_not_exists(id)" &&
		s.items[asked.Item["id"].S] != nil:
		exception("ConditionalCheckFailedException")
	case action == "PutItem":
		s.items[asked.Item["id"].S], _ = json.Marshal(asked.Item)
		answer(200, `{}`)
	default:
		answer(200, `{}`)
	}
}

func (s *tableServer) set(id, text string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.items[id], _ = json.Marshal(map[string]map[string]string{"id": {"S": id}, "document": {"S": text}})
}

func (s *tableServer) callsSince(do func()) []string {
	s.mutex.Lock()
	s.calls = nil
	s.mutex.Unlock()
	do()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.calls
}
