package testkit

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"tocsin/internal/deliver"
	"tocsin/internal/domain/incident"
	"tocsin/internal/domain/notify"
)

// Calls takes webhook calls as a receiver would and keeps them.
type Calls struct {
	mu    sync.Mutex
	hooks []notify.Hook
	clock *Clock
}

// Send implements work.HookSender.
func (c *Calls) Send(_ context.Context, h notify.Hook) notify.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hooks = append(c.hooks, h)
	return notify.Outcome{Kind: notify.Delivered, At: c.clock.Now()}
}

// Taken returns the calls received so far.
func (c *Calls) Taken() []notify.Hook {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]notify.Hook(nil), c.hooks...)
}

// Webhooks is the real sender of webhooks, permitted to reach a network of the test.
func Webhooks(inside netip.Prefix) *deliver.Webhook {
	return deliver.NewWebhook(deliver.WebhookConfig{Allowed: deliver.Allowed{Networks: []netip.Prefix{inside}}})
}

// ToolSecret signs the calls to the tools of tests.
const ToolSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU"

// Tool is a containment tool of an entity and those below, at an address.
func Tool(entity, url string) incident.Tool {
	return incident.Tool{ID: "edr", Name: "Endpoint agents", URL: url, Secret: ToolSecret, Entity: entity,
		Actions: []string{"contain", "allow"},
		Targets: []string{"device", "ipv4_net"}, Isolates: true, AnswerWithin: 15 * time.Minute}
}
