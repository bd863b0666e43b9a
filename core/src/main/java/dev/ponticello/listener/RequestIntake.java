package dev.ponticello.listener;

import dev.ponticello.exchange.ExchangeDriver;
import dev.ponticello.exchange.ForwardingNames;
import dev.ponticello.exchange.HopByHop;
import dev.ponticello.exchange.Rejection;
import dev.ponticello.exchange.Snapshot;
import dev.ponticello.http.HeaderName;
import dev.ponticello.http.HeaderNameSet;
import dev.ponticello.http.Headers;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.http.RequestHead;
import dev.ponticello.outcome.FailureKind;
import dev.ponticello.routing.CanonicalPath;
import dev.ponticello.routing.PathRefusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settles what must be settled about a request before its exchange begins: its path, who its client is, which of its fields are gone, and what the gateway says about it. For one exchange at a time,
 * whose path it holds.
 */
final class RequestIntake {
    private static final HeaderNameSet FRAMING_NAMES = HeaderNameSet.of(List.of(HeaderName.CONTENT_LENGTH,
            HeaderName.TRANSFER_ENCODING, HeaderName.HOST, HeaderName.CONNECTION));
    private static final HeaderNameSet NO_NAMES = HeaderNameSet.of(List.of());

    private final ListenerSettings settings;
    private final PeerAddress peer;
    private final boolean peerTrusted;
    private final @Nullable TlsClient tls;
    private final ForwardingFields forwarding;
    private final CanonicalPath path = new CanonicalPath();
    private PeerAddress client;
    /** Of the config that the exchange began with, for its trailers. */
    private HeaderNameSet ownedNames = NO_NAMES;

    /** @param tls null for a client without */
    RequestIntake(ListenerSettings settings, PeerAddress peer, @Nullable TlsClient tls, ForwardingFields forwarding) {
        this.settings = settings;
        this.peer = peer;
        this.peerTrusted = settings.trustedProxies().contains(peer);
        this.tls = tls;
        this.forwarding = forwarding;
        this.client = peer;
    }

    /** Settles it; why the path is refused, or null. */
    @Nullable
    PathRefusal settle(RequestHead head, HeaderNameSet owned) {
        PathRefusal refusal = settlePath(head);
        client = peerTrusted ? ClientAddress.of(head.headers(), peer, settings.trustedProxies()) : peer;
        ownedNames = owned;
        if (head.headers().hasMember(HeaderName.TE, "trailers")) {
            head.setAcceptsTrailers(true); // the field itself is for this connection alone
        }
        clearFields(head.headers());
        if (head.hasUnusualNames()) {
            removeUnusualNames(head.headers());
        }
        head.headers().remove(HeaderName.HOST);
        head.headers().markArrived();
        return refusal;
    }

    /** Answers a request that is refused, or sent on to https, before anything looks at it. One that goes on is told about its client; then this is false. */
    boolean turnsAway(ExchangeDriver driver, Snapshot snapshot, RequestHead head, @Nullable PathRefusal refusal) {
        if (refusal != null) {
            driver.refuse(snapshot, head, client,
                    Rejection.of(FailureKind.PATH_REFUSED).saying(refusal.sentence()));
            return true;
        }
        if (tls != null && head.hostStart() >= 0
                && !tls.serves(head.headers().bytes(), head.hostStart(), head.hostEnd())) {
            driver.refuse(snapshot, head, client, Rejection.of(FailureKind.MISDIRECTED));
            return true;
        }
        if (settings.httpsPort() != 0) {
            if (head.hostStart() < 0) {
                driver.refuse(snapshot, head, client, Rejection.of(FailureKind.REQUEST_MALFORMED)
                        .saying("The request names no host, so it cannot be sent on to https"));
            } else {
                driver.answer(snapshot, head, client, HttpsRedirect.of(head, settings.httpsPort()));
            }
            return true;
        }
        forwarding.writeTo(head);
        return false;
    }

    /** Who the request is from: the peer, or what a trusted proxy says. */
    PeerAddress client() {
        return client;
    }

    /** Removes from trailers what clients may not send. */
    void clearTrailers(Headers trailers) {
        clearFields(trailers);
        removeUnusualNames(trailers);
    }

    private @Nullable PathRefusal settlePath(RequestHead head) {
        byte[] text = head.headers().bytes();
        int start = head.targetStart();
        int end = head.queryStart() < 0 ? head.targetEnd() : head.queryStart() - 1;
        if (text[start] == '*') {
            head.setPathInHeaders(start, end);
            return null;
        }
        PathRefusal refusal = path.read(text, start, end, settings.pathOptions());
        if (refusal != null) {
            return refusal;
        }
        if (path.isRewritten()) {
            head.setPath(path.bytes(), path.from(), path.to());
        } else {
            head.setPathInHeaders(start, end);
        }
        return null;
    }

    /** Removes what clients may not send, in the head before anything reads or adds fields, and in trailers. */
    private void clearFields(Headers headers) {
        HopByHop.removeFrom(headers);
        headers.removeResembling(ownedNames);
        if (!peerTrusted) {
            ForwardingNames.removeFrom(headers);
        }
    }

    /**
     * A server behind may fold {@code _} and {@code .} into {@code -}: what it could take for framing goes in any case, and so does what it could take for a word of a trusted proxy, which may have come
     * through that proxy from anybody.
     */
    private void removeUnusualNames(Headers headers) {
        for (int slot = 0; slot < headers.slots(); slot++) {
            boolean underscore = headers.nameHolds(slot, '_');
            boolean dropped = underscore && !settings.allowUnderscores();
            if (dropped || ((underscore || headers.nameHolds(slot, '.')) && isDisguise(headers, slot))) {
                headers.removeSlot(slot);
            }
        }
    }

    private static boolean isDisguise(Headers headers, int slot) {
        return FRAMING_NAMES.resembles(headers.hash(slot), headers.bytes(), headers.nameStart(slot),
                headers.nameEnd(slot)) || ForwardingNames.resembles(headers, slot);
    }
}
