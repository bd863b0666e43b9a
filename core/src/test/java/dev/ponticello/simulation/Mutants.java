package dev.ponticello.simulation;

import static dev.ponticello.simulation.Change.branches;
import static dev.ponticello.simulation.Change.callsInstead;
import static dev.ponticello.simulation.Change.decidesWrongly;
import static dev.ponticello.simulation.Change.doesNothing;
import static dev.ponticello.simulation.Change.omits;
import static dev.ponticello.simulation.Change.returns;

import java.util.List;

/** The faults that the simulation must be able to find. */
final class Mutants {
    static final List<Mutant> ALL = List.of(
            // back-pressure
            new Mutant("a relay does not pause its source", "exchange.BodyRelay", "data", omits("pause"), 60),
            new Mutant("a relay does not go on", "exchange.BodyRelay", "sinkWritable", doesNothing(), 60),
            new Mutant("a client's connection is never writable again", "http1.Http1ServerConnection",
                    "channelWritabilityChanged", doesNothing(), 60),
            new Mutant("an endpoint's connection is never writable again", "http1.Http1ClientConnection",
                    "channelWritabilityChanged", doesNothing(), 63),
            new Mutant("a paused endpoint is read on", "http1.Http1ClientConnection", "channelRead",
                    omits("setAutoRead"), 249),
            new Mutant("a paused client is read on", "http1.Http1ServerConnection", "channelRead",
                    omits("setAutoRead"), 390),
            new Mutant("an endpoint is not read again", "http1.Http1ClientConnection", "resume",
                    omits("setAutoRead"), 60),
            new Mutant("a client is not read again", "http1.Http1ServerConnection", "processHeld",
                    omits("setAutoRead")),
            // buffers
            new Mutant("what was read and held is not released", "http1.HeldReads", "release", doesNothing()),
            new Mutant("what was gathered is not released", "loop.OutBuffer", "release", doesNothing(), 389),
            new Mutant("what was read is not released", "http1.Http1ServerConnection", "keep", omits("release")),
            new Mutant("a body's piece is not retained", "http1.Http1ClientConnection", "readBody",
                    callsInstead("readRetainedSlice", "readSlice")),
            new Mutant("a collected body is not released", "exchange.CollectedBody", "release",
                    omits("release")),
            new Mutant("a body that nobody wants is not released", "http1.Http1ServerConnection", "deliver",
                    omits("release")),
            new Mutant("what does not wait any more is still counted", "loop.BufferBudget", "release",
                    doesNothing()),
            new Mutant("a client that has left is still counted", "listener.TakenWatch", "end",
                    omits("count")),
            // bytes and their order
            new Mutant("a piece of a body overtakes what was gathered", "loop.OutBuffer", "add", omits("passOn")),
            new Mutant("the last chunk is missing", "http1.ChunkedWriter", "last", doesNothing()),
            new Mutant("a request's body is counted short", "exchange.Exchange", "addRequestBytes", doesNothing()),
            new Mutant("an answer's body is counted short", "exchange.Exchange", "addResponseBytes", doesNothing()),
            new Mutant("the rest of a body is taken for a request", "http1.Http1ServerConnection", "finishExchange",
                    decidesWrongly(4)),
            new Mutant("no connection is used again", "upstream.ExclusiveStream", "isReusable", doesNothing()),
            new Mutant("a coding does not flush", "exchange.BodyRelay", "end", omits("finish")),
            new Mutant("a connection with an answer under way is used again", "http1.Http1ClientConnection",
                    "isReusable", returns(true), 55),
            new Mutant("a cut body looks whole", "http1.Http1ClientConnection", "exceptionCaught", doesNothing(), 572),
            new Mutant("a cut answer looks whole", "http1.Http1ServerConnection", "linger", doesNothing(), 146),
            new Mutant("what concerns one connection goes on", "exchange.HopByHop", "removeFrom", doesNothing()),
            new Mutant("100 is sent twice", "http1.Http1ServerConnection", "informational", omits("continued")),
            // what is borrowed
            new Mutant("a permit is not returned", "upstream.CircuitBreaker", "neutral", doesNothing()),
            new Mutant("an attempt without a result keeps its permit", "exchange.ExchangeDriver", "conclude",
                    omits("returnPermit"), 580),
            new Mutant("a place in the pool is not returned", "upstream.EndpointPool", "placeFreed", doesNothing()),
            new Mutant("a free place is not given on", "upstream.ExclusivePool", "serveWaiting", doesNothing(), 64),
            new Mutant("who has left still waits for a place", "upstream.EndpointPool", "withdraw", doesNothing()),
            new Mutant("a client's place is not returned", "listener.ConnectionCaps", "leave", doesNothing()),
            new Mutant("a closed connection is still counted", "listener.LiveConnections", "remove", doesNothing()),
            new Mutant("timers are not let go of", "exchange.ExchangeDriver", "close", doesNothing()),
            new Mutant("an abandoned attempt keeps its connection", "upstream.ExclusiveStream", "cancel",
                    omits("close")),
            new Mutant("a config that is served no more is kept", "exchange.Pins", "unpin", doesNothing()),
            new Mutant("nothing outlives a reload", "runtime.LiveState", "adopt", omits("get")),
            new Mutant("a task's permit is not returned", "exchange.Tasks", "ended", doesNothing()),
            new Mutant("who does not wait any more still has a check at work", "exchange.ExchangeDriver", "endAwait",
                    doesNothing()),
            // own code, and configs one after the other
            new Mutant("a stale decision is obeyed", "exchange.ExchangeDriver$AwaitedOwner", "onDecided", branches(0)),
            new Mutant("a decision is waited for without end", "exchange.ExchangeDriver$AwaitedOwner", "onTooLate",
                    doesNothing()),
            new Mutant("what own code broke goes on", "exchange.ExchangeDriver", "broken", doesNothing()),
            new Mutant("a retired config ends at once", "exchange.Pins", "pin", doesNothing()),
            new Mutant("a policy that is still used is closed", "runtime.RunningGateway", "close",
                    omits("forEach")),
            new Mutant("a config that is refused leaves its policies open", "runtime.RunningGateway", "replace",
                    omits("close")),
            new Mutant("a limit begins anew with each config", "policy.RateLimitPolicy", "with", branches(0)),
            new Mutant("a breaker is lost with a reload", "upstream.CircuitBreaker", "with", doesNothing()),
            // what hostile clients and endpoints try
            new Mutant("what an untrusted client says of itself is believed", "exchange.ForwardingNames", "removeFrom",
                    omits("removeBeginning")),
            new Mutant("a client may say who it is", "listener.RequestIntake", "clearFields",
                    omits("removeResembling")),
            new Mutant("trailers are not looked at", "listener.ClientConnection", "onEnd", omits("clearTrailers")),
            new Mutant("everybody is a trusted proxy", "listener.TrustedProxies", "contains", returns(true)),
            new Mutant("every origin is allowed", "policy.CorsPolicy", "allowedOrigin", decidesWrongly(3)),
            new Mutant("answers with secrets are coded", "policy.CompressionPolicy", "mayTellSecrets", returns(false)),
            new Mutant("a body may be as slow as it likes", "listener.MinimumRate", "leftNanos",
                    decidesWrongly(0)),
            new Mutant("an answer may be taken as slowly as it likes", "listener.MinimumRate", "windowBytes",
                    doesNothing(), 197),
            new Mutant("a limit does not look at what it counts by", "policy.LimitKey", "ofField", omits("hash"), 142),
            new Mutant("neighbours in a network with IPv6 count apart", "policy.LimitKey", "firstBits", returns(true)),
            // what must be decided
            new Mutant("a request is sent again that must not be", "exchange.Attempt", "isFreeTry",
                    returns(true)),
            new Mutant("a stale connection costs the exchange", "exchange.Attempt", "isFreeTry",
                    returns(false), 88),
            new Mutant("a client that has left is served on", "exchange.ExchangeDriver", "clientGone",
                    doesNothing()),
            new Mutant("a limit lets everything through", "policy.RateLimitPolicy", "onRequest",
                    callsInstead("granted", "shared")),
            new Mutant("a token is not looked at", "policy.BearerTokenPolicy", "onRequest", decidesWrongly(0)),
            new Mutant("a client that leaves is the endpoint's failure", "exchange.ExchangeDriver", "conclude",
                    callsInstead("returnPermit", "reportFailed"), 77),
            new Mutant("an endpoint that says that it failed has not", "exchange.Attempt", "reportHead",
                    omits("reportFailed")),
            new Mutant("a body that is too large is not refused", "exchange.ExchangeDriver", "relayRequest",
                    omits("failRequestBody"), 54),
            new Mutant("interim answers have no limit", "upstream.ExclusiveStream$Events", "onInformational",
                    omits("fail")),
            // time
            new Mutant("an endpoint is waited for without end", "exchange.ExchangeDriver", "answerTimedOut",
                    doesNothing()),
            new Mutant("a client that takes nothing is waited for without end", "listener.TakenWatch",
                    "expired", doesNothing(), 45),
            new Mutant("who drains does not tell idle clients", "listener.LiveConnections", "drain", omits("drain"),
                    74),
            new Mutant("an idle client is kept without end", "listener.ClientConnection", "endIdle", doesNothing()),
            new Mutant("a slow body is waited for without end", "listener.ClientConnection", "waitedTooLong",
                    doesNothing()));

    private Mutants() {}
}
