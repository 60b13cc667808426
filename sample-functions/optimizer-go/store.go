// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	table        = "optimizer"
	storeTimeout = time.Second
	warmTimeout  = time.Second
)

// store is a table of texts behind the DynamoDB API.
type store struct {
	client *dynamodb.Client
	http   *http.Client
}

func openStore(s switches, opened *atomic.Int64) (*store, error) {
	transport := awshttp.NewBuildableClient().GetTransport()
	transport.TLSClientConfig = &tls.Config{
		MinVersion: tls.VersionTLS12,
		RootCAs:    s.storeRoots,
		VerifyConnection: func(tls.ConnectionState) error {
			opened.Add(1)
			return nil
		},
	}
	client := &http.Client{Transport: steadyBody{transport}}
	loaded, err := awsconfig.LoadDefaultConfig(context.Background(),
		awsconfig.WithHTTPClient(client),
		awsconfig.WithRetryer(func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = 2
				o.MaxBackoff = 50 * time.Millisecond
			})
		}))
	if err != nil {
		return nil, err
	}
	return &store{http: client, client: dynamodb.NewFromConfig(loaded, func(o *dynamodb.Options) {
		o.BaseEndpoint = aws.String(s.storeURL)
	})}, nil
}

// warm opens the connection by a tiny real call. Whoever needs the store later will tell if it is out of order.
func (s *store) warm() {
	ctx, cancel := context.WithTimeout(context.Background(), warmTimeout)
	defer cancel()
	s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: keyOf("nothing")})
}

func (s *store) get(ctx context.Context, id string) (text []byte, found bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	output, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(table), Key: keyOf(id), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, false, err
	}
	value, found := output.Item["document"].(*types.AttributeValueMemberS)
	if !found {
		return nil, false, nil
	}
	return []byte(value.Value), true, nil
}

func (s *store) put(ctx context.Context, id string, text []byte) error {
	return s.putIf(ctx, id, text, nil)
}

// putNew leaves what is there already.
func (s *store) putNew(ctx context.Context, id string, text []byte) error {
	err := s.putIf(ctx, id, text, aws.String("attribute_not_exists(id)"))
	var exists *types.ConditionalCheckFailedException
	if errors.As(err, &exists) {
		return nil
	}
	return err
}

func (s *store) putIf(ctx context.Context, id string, text []byte, condition *string) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	item := keyOf(id)
	item["document"] = &types.AttributeValueMemberS{Value: string(text)}
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(table), Item: item, ConditionExpression: condition,
	})
	return err
}

func (s *store) close() {
	s.http.CloseIdleConnections()
}

func keyOf(id string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: id}}
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.Is(err, context.DeadlineExceeded) || (errors.As(err, &network) && network.Timeout())
}
