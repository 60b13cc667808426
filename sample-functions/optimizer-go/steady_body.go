// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"io"
	"net/http"
)

// steadyBody keeps a connection alive that the SDK would lose on a loopback interface: it closes the body of a
// request as soon as the response begins. Where that is before Go's transport has looked for the end of the
// body, the transport takes this for a failed request, and the next one has to open a connection. A store that
// is further away never answers so soon.
type steadyBody struct{ http.RoundTripper }

func (s steadyBody) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(text))
	return s.RoundTripper.RoundTrip(r)
}
