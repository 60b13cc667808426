// SPDX-License-Identifier: Apache-2.0
// Functions in bash.
#pragma once

#include <string>

namespace lambdaprof::cli {

/// How a function in bash begins that speaks the Runtime API; the dynamic loader starts it.
inline const std::string bash_runtime = R"(#!/bin/bash
exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API%:*}/${AWS_LAMBDA_RUNTIME_API#*:}"
receive() {
  length=0
  while IFS=$': \r' read -r key value <&3 && [[ -n $key ]]; do
    case ${key,,} in
      lambda-runtime-aws-request-id) id=$value ;;
      content-length) length=$value ;;
    esac
  done
  read -r -N "$length" <&3
}
invocation=2018-06-01/runtime/invocation
)";

/// It is ready in its init, or with READY=late in its first invocation, emits a metric before each
/// response, and answers with ANSWER.
inline const std::string teller = bash_runtime + R"(: "${ANSWER:={\}}"
ready() { echo "optimizer initialized in 5 ms"; }
[[ $READY == late ]] || ready
hit=0
while true; do
  printf 'GET /%s/next HTTP/1.1\r\nHost: lambda\r\n\r\n' $invocation >&3
  receive
  [[ $READY == late && $hit == 0 ]] && ready
  echo "{\"_aws\":{\"Timestamp\":1700000000000,\"CloudWatchMetrics\":[{\"Namespace\":\"o\",\"Dimensions\":[],"\
"\"Metrics\":[{\"Name\":\"CacheHit\",\"Unit\":\"Count\"}${BROKEN:+,{\"Name\":\"None\"\}}]}]},\"CacheHit\":$hit}"
  hit=1
  printf 'POST /%s/%s/response HTTP/1.1\r\nHost: lambda\r\nContent-Length: %d\r\n\r\n%s' \
    $invocation "$id" ${#ANSWER} "$ANSWER" >&3
  receive
done
)";

}  // namespace lambdaprof::cli
