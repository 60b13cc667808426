// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"io"
	"net/http"
)

// steadyBody keeps a connection that the SDK would lose on a loopback interface. The SDK closes the body of a
// request as soon as the response begins; if that is before Go's transport has asked for the end of the body,
// the transport takes the request for a failed one and closes the connection. A store that is further away
// never answers so soon; here it was one to three requests in a hundred.
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
