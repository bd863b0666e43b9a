package dev.ponticello.simulation;

import dev.ponticello.config.CorsConfig;
import dev.ponticello.http.PeerAddress;
import dev.ponticello.simulation.Hostile.Part;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.MessageParser.Head;
import dev.ponticello.simulation.PlannedExchange.Request;
import dev.ponticello.simulation.PlannedExchange.Token;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** A client with a list of requests, which it sends on one connection after the other, and a mind of its own. */
final class Client {
    /**
     * How a client behaves.
     *
     * @param depth how many requests it sends before it has their answers
     * @param thinkNanos how long it waits before a further request, at most
     * @param piece the most bytes that it writes at once
     * @param gapNanos how long it waits between pieces
     */
    record Manner(int depth, long thinkNanos, int piece, long gapNanos, Party.Reading reading) {}

    private enum Parting {
        FIN,
        RESET,
        NONE
    }

    private static final long SECOND = 1_000_000_000;
    private static final Pattern REFUSED_HEAD = Pattern.compile(
            "Proxy-Status: .*\"(request-head-timeout|connections-exceeded)\"");
    private final World world;
    private final Dice dice;
    private final String name;
    private final InetSocketAddress address;
    private final Manner manner;
    private final Deque<PlannedExchange> plans;
    private int connections;

    Client(World world, Dice dice, String name, InetSocketAddress address, Manner manner,
            List<PlannedExchange> plans) {
        this.world = world;
        this.dice = dice;
        this.name = name;
        this.address = address;
        this.manner = manner;
        this.plans = new ArrayDeque<>(plans);
    }

    /** Opens a connection for what is still to be asked. */
    void connect() {
        if (plans.isEmpty() || !world.network().isListening()) {
            return;
        }
        Wire.End end = world.network().connect(address);
        Connection connection = new Connection(name + "." + ++connections, end,
                new Speaker(world, end, manner.piece, manner.gapNanos));
        connection.trace("connects");
        connection.begin();
        connection.askMore();
    }

    private final class Connection extends Party implements MessageParser.Listener {
        private final MessageParser parser = new MessageParser(true, this);
        private final Deque<PlannedExchange> asked = new ArrayDeque<>();
        private Speaker.@Nullable Gate continueGate;
        private boolean lastAsked;
        private boolean stops;
        private boolean thinking;
        private boolean over;
        private long leaveAt = Long.MAX_VALUE;
        private boolean leaveByReset;
        private @Nullable Head head;
        private StringBuilder own = new StringBuilder();
        private @Nullable ByteArrayOutputStream coded;

        Connection(String name, Wire.End end, Speaker speaker) {
            super(world, name, end, speaker, manner.reading);
        }

        // ---- asking

        void askMore() {
            while (!over && !isGone() && !lastAsked && !plans.isEmpty() && asked.size() < manner.depth && !thinking) {
                ask(plans.removeFirst());
            }
            speaker().speak();
        }

        private void think() {
            thinking = true;
            world.time().after(manner.thinkNanos == 0 ? 0 : dice.between(0L, manner.thinkNanos), () -> {
                thinking = false;
                askMore();
            });
        }

        private void ask(PlannedExchange plan) {
            trace("asks " + plan.id());
            plan.pipelined = !asked.isEmpty();
            asked.add(plan);
            plan.asked = true;
            plan.clientAddress = Objects.requireNonNull(PeerAddress.parse(address.getHostString())).toString();
            plan.clientTrusted = plan.clientAddress.equals(Scenery.TRUSTED) && world.trusts();
            bring(plan);
            Request request = plan.request();
            String noRequest = plan.hostile(Part.HEAD);
            if (noRequest != null) {
                lastAsked = true;
                speaker().say(noRequest);
                return;
            }
            lastAsked = request.last() || (request.http10() && !request.last() && dice.percent(50));
            long before = speaker().toSay();
            sayHead(plan, request.http10() && !lastAsked);
            if (request.expects() && request.framing() != Framing.NONE) {
                Speaker.Gate gate = new Speaker.Gate();
                speaker().then(() -> {
                    continueGate = gate;
                    world.time().after(request.patienceNanos(), () -> speaker().open(gate));
                });
                speaker().waitAt(gate);
            }
            sayBody(plan);
            speaker().then(() -> plan.sentWhole = true);
            if (plan.has(Fault.CLIENT_HALF_CLOSES)) {
                lastAsked = true;
                plan.disturbed = !world.halfCloseAllowed();
                speaker().then(() -> {
                    trace("sends FIN");
                    asked.forEach(owed -> owed.disturbed |= !world.halfCloseAllowed());
                    end().finish();
                });
            }
            if (plan.has(Fault.CLIENT_LEAVES)) {
                lastAsked = true;
                planLeaving(plan, before);
            }
        }

        private void planLeaving(PlannedExchange plan, long before) {
            boolean byReset = dice.percent(50);
            long length = speaker().toSay() - before;
            switch (dice.below(3)) {
                case 0 -> speaker().leaveAt(before + dice.between(0L, length - 1), () -> leaveEarly(byReset));
                case 1 -> leaveAt = received() + dice.size(2 * (300 + plan.expectedBytes()));
                default -> speaker()
                        .then(() -> world.time().after(dice.size(200_000_000), () -> leaveEarly(byReset)));
            }
            leaveByReset = byReset;
        }

        private void leaveEarly(boolean byReset) {
            if (!over && !isGone()) {
                for (PlannedExchange plan : asked) {
                    plan.disturbed = true;
                }
                world.happens(Fault.CLIENT_LEAVES);
                leave(byReset);
                connectionOver(true);
            }
        }

        /** Tells the world of the faults of a plan that show outside it. */
        private void bring(PlannedExchange plan) {
            for (Fault fault : Fault.values()) {
                if (fault.isClients() && plan.has(fault)) {
                    world.happens(fault);
                }
            }
            if (plan.has(Fault.CLIENT_STOPS_READING)) {
                stopReadingAt(received() + dice.size(300 + plan.expectedBytes()) - 1,
                        dice.percent(50) ? 10 * SECOND : Party.FOREVER);
                stops = true;
                asked.forEach(before -> before.clientStops = true);
            }
            if (plan.has(Fault.CLIENT_DRIPS_READING)) {
                dripAt(received() + dice.size(300 + plan.expectedBytes()) - 1, 200 * SECOND, () -> dripped(plan));
                stops = true;
                asked.forEach(before -> before.clientStops = true);
            }
            plan.clientStops = stops;
        }

        /** Row 36 of the hostile tests: what the wire does not hold has waited for it all the time. */
        private void dripped(PlannedExchange plan) {
            plan.slowToTheEnd = plan.equals(asked.peek()) && plan.answeredByEndpoint && coded == null
                    && plan.expectedBytes() - plan.answerBytes > end().window();
        }

        private void sayHead(PlannedExchange plan, boolean keepAlive10) {
            Request request = plan.request();
            StringBuilder head = new StringBuilder(300 + request.padding());
            head.append(request.method()).append(' ').append(written(plan)).append(plan.query());
            head.append(request.http10() ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
            head.append("Host: gateway.example\r\nX-Sim: ").append(plan.id()).append("\r\n");
            if (request.padding() > 0) {
                head.append("X-Padding: ").append("p".repeat(request.padding())).append("\r\n");
            }
            if (request.gzip()) {
                head.append("Accept-Encoding: gzip\r\n");
            }
            String token = plan.hostile(Part.TOKEN);
            if (token != null) {
                head.append(token).append("\r\n");
            } else if (request.token() != Token.NONE) {
                head.append("Authorization: Bearer ")
                        .append(request.token() == Token.GOOD ? Tokens.GOOD : Tokens.BAD).append("\r\n");
            }
            String fields = plan.hostile(Part.FIELDS);
            if (fields != null) {
                head.append(fields).append("\r\n");
            }
            if (request.last() && !request.http10()) {
                head.append("Connection: X-Hop, close\r\nX-Hop: 1\r\n");
            } else if (keepAlive10) {
                head.append("Connection: keep-alive\r\n");
            }
            if (request.framing() == Framing.LENGTH) {
                head.append("Content-Length: ").append(request.length()).append("\r\n");
            } else if (request.framing() == Framing.CHUNKED) {
                head.append("Transfer-Encoding: chunked\r\n");
            }
            if (request.expects() && request.framing() != Framing.NONE) {
                head.append("Expect: 100-continue\r\n");
            }
            head.append("\r\n");
            if (plan.has(Fault.CLIENT_STALLS_HEAD)) {
                int at = dice.between(1, head.length() - 1);
                speaker().say(head.substring(0, at));
                speaker().pause(20 * SECOND);
                speaker().say(head.substring(at));
            } else {
                speaker().say(head.toString());
            }
        }

        /** The path as it is written, which may not be as it is meant. */
        private static String written(PlannedExchange plan) {
            String spelling = plan.hostile(Part.SPELLING);
            return spelling == null ? plan.path()
                    : spelling.startsWith("/") ? plan.path().replace("/x/", spelling) : spelling + plan.path();
        }

        private void sayBody(PlannedExchange plan) {
            Request request = plan.request();
            if (request.framing() == Framing.NONE) {
                return;
            }
            int done = 0;
            int stallAt = plan.has(Fault.CLIENT_STALLS_BODY) ? dice.below(request.length()) : -1;
            String noChunk = plan.hostile(Part.CHUNK);
            int breakAt = noChunk != null ? dice.below(request.length()) : -1;
            if (plan.has(Fault.CLIENT_DRIPS_BODY)) {
                done = dripBody(plan);
            }
            while (done < request.length()) {
                int count = request.framing() == Framing.CHUNKED
                        ? Math.min(request.length() - done, dice.size(Math.max(request.length(), 100)))
                        : Math.min(request.length() - done, 16 * 1024);
                boolean breaks = noChunk != null && done <= breakAt && breakAt < done + count;
                if (breaks && noChunk != null) {
                    speaker().say(noChunk);
                }
                byte[] bytes = new byte[count];
                requestBytes(plan, done, bytes);
                if (request.framing() == Framing.CHUNKED) {
                    speaker().say(Integer.toHexString(count) + (dice.percent(10) ? ";a=b" : "") + "\r\n");
                }
                speaker().say(bytes);
                if (request.framing() == Framing.CHUNKED) {
                    speaker().say(breaks ? "x\r\n" : "\r\n");
                }
                if (done <= stallAt && stallAt < done + count) {
                    speaker().pause(20 * SECOND);
                }
                done += count;
            }
            if (request.framing() == Framing.CHUNKED) {
                String trailers = plan.hostile(Part.TRAILERS);
                speaker().say("0\r\n" + (trailers == null ? "" : trailers)
                        + (request.trailer() ? "X-Trailer: " + plan.id() + "\r\n" : "") + "\r\n");
            }
        }

        /** Row 36 of the hostile tests: moves, and never comes to an end. Says how much of the body it sends. */
        private int dripBody(PlannedExchange plan) {
            int count = Math.min(plan.request().length(), 40);
            for (int i = 0; i < count; i++) {
                byte[] one = new byte[1];
                requestBytes(plan, i, one);
                boolean chunked = plan.request().framing() == Framing.CHUNKED;
                speaker().say(chunked ? "1\r\n" : "");
                speaker().say(one);
                speaker().say(chunked ? "\r\n" : "");
                speaker().pause(SECOND);
            }
            speaker().then(() -> plan.slowToTheEnd = count == 40 && plan.status == 0 && plan.begun > 0 && !over
                    && world.time().nanoTime() - plan.begunNanos > 30 * SECOND);
            return count;
        }

        // ---- hearing

        @Override
        void received(byte[] bytes, int count) {
            parser.read(bytes, count);
            if (received() >= leaveAt) {
                leaveEarly(leaveByReset);
            }
        }

        @Override
        public boolean isBodyless(List<String> fields) {
            PlannedExchange plan = asked.peek();
            // What was refused before its head was whole, or looked at, was not known to be HEAD.
            return plan != null && plan.isHead() && !plan.has(Fault.CLIENT_MALFORMED_HEAD)
                    && fields.stream().noneMatch(field -> REFUSED_HEAD.matcher(field).matches());
        }

        @Override
        public void onHead(Head answer) {
            PlannedExchange plan = asked.peek();
            if (plan == null) {
                onHeadUnasked(answer);
                return;
            }
            int status = answer.status();
            trace("gets " + answer.line() + " for " + plan.id());
            String id = answer.field("X-Sim");
            if (id != null && Integer.parseInt(id) != plan.id()) {
                throw new IllegalStateException("the answer of " + id + " (expected: of " + plan + ")");
            }
            if (status < 200) {
                onInterim(plan, status, id);
                return;
            }
            checkConfig(plan, answer);
            head = answer;
            plan.status = status;
            plan.answeredByEndpoint = id != null;
            if (id != null) {
                checkAnswer(plan, answer);
            } else {
                coded = null;
                own = new StringBuilder();
                String proxyStatus = answer.field("Proxy-Status");
                if (proxyStatus != null) {
                    plan.reason = proxyStatus.substring(proxyStatus.indexOf("details=\"") + 9,
                            proxyStatus.length() - 1);
                }
                if (answer.field("Date") == null) {
                    throw new IllegalStateException("no Date in " + answer);
                }
            }
            if (continueGate != null && !plan.sentWhole && plan.request().expects()) {
                // The body is not wanted any more.
                speaker().silence();
                lastAsked = true;
            }
        }

        /** Of what the chain says on every answer: which config it is of, and whom browsers may show it to. */
        private void checkConfig(PlannedExchange plan, Head answer) {
            String config = answer.field(Edition.FIELD);
            if (config != null) {
                plan.configSeen = Integer.parseInt(config);
            }
            Edition edition = plan.edition;
            if (edition == null) {
                return;
            }
            // Row 46 of the hostile tests.
            boolean cors = edition.config().policies().stream().anyMatch(CorsConfig.class::isInstance);
            String fields = plan.hostile(Part.FIELDS);
            boolean allowed = cors && ("Origin: " + Scenery.ORIGIN).equals(fields);
            String told = answer.field("Access-Control-Allow-Origin");
            if (!Objects.equals(told, allowed ? Scenery.ORIGIN : null)
                    || answer.count("Access-Control-Allow-Credentials") != (allowed ? 1 : 0)
                    || (cors && answer.values("Vary").stream().noneMatch(value -> value.contains("Origin")))) {
                throw new IllegalStateException(answer + " (expected: " + (allowed ? "to be" : "not to be")
                        + " shown to " + fields + ")");
            }
        }

        private void onInterim(PlannedExchange plan, int status, @Nullable String id) {
            if (plan.request().http10()) {
                throw new IllegalStateException("an interim answer to HTTP/1.0: " + plan);
            }
            if (status == 100) {
                if (!plan.request().expects() || plan.continued) {
                    throw new IllegalStateException("100 that was not expected: " + plan);
                }
                plan.continued = true;
                if (continueGate != null) {
                    speaker().open(continueGate);
                }
            } else {
                if (status != 103 || id == null) {
                    throw new IllegalStateException("an interim answer " + status + ": " + plan);
                }
                plan.interims++;
            }
        }

        private void checkAnswer(PlannedExchange plan, Head answer) {
            if (!plan.isForwarded() || answer.status() != plan.answer().status()) {
                throw new IllegalStateException(answer + " (expected: the answer of " + plan + ")");
            }
            if (answer.count("Via") != 1 || answer.count("X-Hop") != 0) {
                throw new IllegalStateException("fields: " + answer);
            }
            coded = answer.field("Content-Encoding") == null ? null : new ByteArrayOutputStream();
            // Row 61 of the hostile tests.
            String fields = plan.hostile(Part.FIELDS);
            boolean secret = plan.answer().cookie() || (fields != null && fields.startsWith("Cookie"));
            if (secret && plan.request().gzip() && plan.answer().text() && plan.answer().cookie()) {
                world.happens(Hostile.ROW_61_SET_COOKIE);
            }
            if (coded != null && (secret || !plan.request().gzip())) {
                throw new IllegalStateException(answer + " (expected: no coding)");
            }
            if (answer.framing() == Framing.LENGTH && answer.length() != plan.expectedBytes()) {
                throw new IllegalStateException(answer + " (expected: " + plan.expectedBytes() + " bytes)");
            }
        }

        /** The gateway may say unasked that it has no room. */
        private void onHeadUnasked(Head answer) {
            String why = answer.field("Proxy-Status");
            if (answer.status() != 503 || why == null || !why.contains("connections-exceeded")) {
                throw new IllegalStateException("an answer to nothing: " + answer);
            }
            head = answer;
        }

        @Override
        public void onBody(byte[] bytes, int start, int count) {
            PlannedExchange plan = asked.peek();
            if (plan == null) {
                return;
            }
            if (coded != null) {
                coded.write(bytes, start, count);
                return;
            }
            if (!plan.answeredByEndpoint) {
                own.append(new String(bytes, start, count, StandardCharsets.UTF_8));
            } else if (plan.answerBytes + count > plan.expectedBytes()
                    || !Bodies.match(plan.answerBody(), plan.answerBytes, bytes, start, count)) {
                throw new IllegalStateException("wrong bytes, from " + plan.answerBytes + " to "
                        + (plan.answerBytes + count) + " of the answer to " + plan);
            }
            plan.answerBytes += count;
        }

        @Override
        public void onEnd(List<String> trailers) {
            Head answer = head;
            PlannedExchange plan = asked.poll();
            if (answer == null) {
                throw new IllegalStateException("an end without a head");
            }
            if (plan != null) {
                plan.answeredWhole = true;
                checkWhole(plan, answer, trailers);
            }
            String connection = answer.field("Connection");
            if (plan == null || (connection != null && connection.toLowerCase(Locale.ROOT).contains("close"))) {
                parser.end();
                lastAsked = true;
            } else if (asked.isEmpty() && (lastAsked || plans.isEmpty()) && plan.sentWhole) {
                part();
            } else {
                think();
            }
        }

        private void checkWhole(PlannedExchange plan, Head answer, List<String> trailers) {
            if (plan.answeredByEndpoint) {
                if (coded != null && !plan.isHead()) {
                    decode(plan, coded.toByteArray());
                }
                if (plan.answerBytes != plan.expectedBytes()) {
                    throw new IllegalStateException("an answer of " + plan.answerBytes + " bytes (expected: "
                            + plan.expectedBytes() + ") to " + plan);
                }
                boolean trailer = answer.framing() == Framing.CHUNKED && plan.answer().trailer()
                        && plan.answer().framing() == Framing.CHUNKED && !plan.isHead();
                List<String> expected = trailer ? List.of("X-Trailer: " + plan.id()) : List.of();
                if (!trailers.equals(expected)) {
                    throw new IllegalStateException(
                            "trailers " + trailers + " (expected: " + expected + ") of " + plan);
                }
            } else if (plan.status < 400) {
                checkOwn(plan, answer);
            } else if (!plan.isHead()
                    && (own.indexOf("{\"error\":\"") != 0 || own.charAt(own.length() - 1) != '}')
                    && own.indexOf("{\"type\":\"about:blank\"") != 0) {
                throw new IllegalStateException("an error without its words: " + own + " to " + plan);
            }
        }

        private void checkOwn(PlannedExchange plan, Head answer) {
            String expected = switch (plan.kind()) {
                case FIXED, EXTRA -> Edition.fixedBody(Objects.requireNonNull(plan.edition).number());
                case HANDLER -> OwnCode.handled(plan);
                default -> null;
            };
            if (expected != null && !plan.isHead() && !own.toString().equals(expected)) {
                throw new IllegalStateException(own + " (expected: " + expected + ") to " + plan);
            }
            // Row 16 of the hostile tests.
            if (plan.kind() == PlannedExchange.Kind.MOVED
                    && !("https://new.example/x/" + plan.id() + plan.query()).equals(answer.field("Location"))) {
                throw new IllegalStateException(answer + " (expected: the location of " + plan + ")");
            }
        }

        private void decode(PlannedExchange plan, byte[] gzip) {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
                byte[] bytes = in.readAllBytes();
                if (!Bodies.match(plan.answerBody(), 0, bytes, 0, bytes.length)) {
                    throw new IllegalStateException("wrong bytes in gzip: " + plan);
                }
                plan.answerBytes = bytes.length;
            } catch (IOException e) {
                throw new IllegalStateException("no gzip: " + plan, e);
            }
        }

        /** Everything is answered. */
        private void part() {
            Parting how = dice.oneOf(Parting.values());
            if (how != Parting.NONE) {
                world.time().after(dice.size(100_000_000), () -> {
                    if (!over) {
                        leave(how == Parting.RESET);
                        connectionOver(false);
                    }
                });
            }
        }

        @Override
        void ended() {
            if (!parser.closed()) {
                PlannedExchange plan = asked.peek();
                if (plan != null && plan.status != 0) {
                    plan.answerCut = true;
                }
            }
            leave(false);
            connectionOver(true);
        }

        @Override
        void broken() {
            for (PlannedExchange plan : asked) {
                plan.answerCut = plan.status != 0;
                plan.disturbed = plan.answerCut || !world.weather().isCalm();
            }
            connectionOver(true);
        }

        private void connectionOver(boolean again) {
            if (over) {
                return;
            }
            over = true;
            while (!asked.isEmpty()) {
                PlannedExchange plan = asked.removeLast();
                if (plan.status == 0 && !plan.disturbed) {
                    plan.unanswered = true;
                    if (world.weather().isCalm()) {
                        // Nobody has seen it, or the gateway would owe an answer.
                        askAgain(plan);
                    }
                }
            }
            if (again) {
                world.time().after(dice.size(10_000_000), Client.this::connect);
            }
        }

        private void askAgain(PlannedExchange plan) {
            if (plan.begun > 0) {
                world.violated("the gateway has taken a request and closed the connection without an answer: " + plan);
            }
            plan.asked = false;
            plan.unanswered = false;
            plan.sentWhole = false;
            plan.continued = false;
            plans.addFirst(plan);
        }
    }

    /** Bytes of a request's body. */
    static void requestBytes(PlannedExchange plan, int place, byte[] to) {
        if (plan.kind() == PlannedExchange.Kind.ISSUER) {
            byte[] json = issuerBody(plan.request().length());
            System.arraycopy(json, place, to, 0, to.length);
        } else {
            Bodies.write(plan.requestBody(), place, to, 0, to.length);
        }
    }

    /** An object of JSON of this length. */
    private static byte[] issuerBody(int length) {
        return ("{" + " ".repeat(length - 2) + "}").getBytes(StandardCharsets.ISO_8859_1);
    }
}
