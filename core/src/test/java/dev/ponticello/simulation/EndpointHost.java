package dev.ponticello.simulation;

import dev.ponticello.simulation.Hostile.Part;
import dev.ponticello.simulation.MessageParser.Framing;
import dev.ponticello.simulation.MessageParser.Head;
import dev.ponticello.simulation.PlannedExchange.Answer;
import dev.ponticello.simulation.PlannedExchange.When;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One endpoint: accepts connections, and answers on them as the exchanges are planned. */
final class EndpointHost implements WireNetwork.Host {
    private static final long SECOND = 1_000_000_000;
    /** What no client may say to an endpoint: rows 8, 9, 40 and 42 of the hostile tests. */
    private static final List<String> NOT_FORWARDED = List.of("Connection", "X-Hop", "Upgrade", "HTTP2-Settings",
            "X_Forwarded_Proto", "X_Real_IP", "X_User", "X.User", "X_Config");
    /** What only trusted proxies may. */
    private static final List<String> OF_PROXIES = List.of("X-Real-IP", "X.Forwarded.For", "X-Original-URL",
            "X-Rewrite-URL",
            "X-HTTP-Method-Override");

    private final World world;
    private final Dice dice;
    private final String name;
    private final String authority;
    private final String basePath;
    private final int upstream;
    private final Party.Reading reading;
    private final int piece;
    private int connections;

    EndpointHost(World world, Dice dice, String name, String authority, String basePath, int upstream,
            Party.Reading reading, int piece) {
        this.world = world;
        this.dice = dice;
        this.name = name;
        this.authority = authority;
        this.basePath = basePath;
        this.upstream = upstream;
        this.reading = reading;
        this.piece = piece;
    }

    /** How many connections it has accepted. */
    int connections() {
        return connections;
    }

    @Override
    public boolean answers() {
        return !brings(Fault.HANGS_CONNECTING);
    }

    @Override
    public @Nullable Wire accept() {
        if (brings(Fault.REFUSES)) {
            return null;
        }
        Wire wire = world.network().newWire();
        Connection connection = new Connection(name + "." + ++connections, wire.party(),
                new Speaker(world, wire.party(), piece, 0));
        connection.trace("accepts");
        connection.begin();
        return wire;
    }

    private boolean brings(Fault fault) {
        if (!world.weather().brings(fault, dice)) {
            return false;
        }
        world.trace(name + " " + fault);
        world.happens(fault);
        return true;
    }

    private final class Connection extends Party implements MessageParser.Listener {
        private final MessageParser parser = new MessageParser(false, this);
        private @Nullable PlannedExchange current;
        private long bodyBytes;
        private boolean answering;
        private boolean answered;
        private boolean requestWhole;
        private int exchanges;
        private boolean leavesBeforeNext;
        private boolean leavesByReset;

        Connection(String name, Wire.End end, Speaker speaker) {
            super(world, name, end, speaker, reading);
        }

        @Override
        void received(byte[] bytes, int count) {
            if (leavesBeforeNext) {
                leave(leavesByReset);
                return;
            }
            parser.read(bytes, count);
        }

        @Override
        public void onHead(Head head) {
            String[] words = head.line().split(" ", -1);
            PlannedExchange plan = world.exchange(PlannedExchange.idIn(words[1].split("\\?", 2)[0]));
            if (plan == null) {
                throw new IllegalStateException("a request that nobody sent: " + head);
            }
            if (current != null) {
                throw new IllegalStateException("the request of " + plan + " (expected: the end of " + current + ")");
            }
            trace("gets " + head.line());
            current = plan;
            bodyBytes = 0;
            answering = false;
            answered = false;
            requestWhole = false;
            exchanges++;
            plan.seen++;
            if (plan.seen > 1 && !plan.isRepeatable()) {
                throw new IllegalStateException("a request that may not be repeated came again: " + plan);
            }
            check(plan, words, head);
            for (Fault fault : Fault.values()) {
                if (fault.isEndpoints() && plan.has(fault)) {
                    world.happens(fault);
                }
            }
            if (plan.has(Fault.STOPS_READING)) {
                stopReadingAt(received() + dice.size(Math.max(1, plan.request().length())) - 1, 10 * SECOND);
            }
            Answer answer = plan.answer();
            if (plan.request().expects() && plan.request().framing() != Framing.NONE && answer.continues()
                    && answer.when() != When.AT_HEAD) {
                speaker().say("HTTP/1.1 100 Continue\r\n\r\n".repeat(dice.percent(25) ? 2 : 1));
                speaker().speak();
            }
            if (answer.when() == When.AT_HEAD) {
                answer(plan);
            }
        }

        private void check(PlannedExchange plan, String[] words, Head head) {
            Edition edition = Objects.requireNonNull(plan.edition);
            boolean right = plan.isForwarded() && edition.leadsTo().get(plan.upstream()) == upstream
                    && words.length == 3
                    && words[0].equals(plan.request().method()) && words[2].equals("HTTP/1.1")
                    && words[1].equals(basePath + plan.forwardedPath() + plan.query())
                    && authority.equals(head.field("Host")) && Integer.toString(plan.id()).equals(head.field("X-Sim"))
                    && Integer.toString(edition.number()).equals(head.field(Edition.FIELD))
                    && head.count("Via") == 1 && isClientTold(plan, head)
                    && NOT_FORWARDED.stream().allMatch(name -> head.count(name) == 0)
                    && Objects.equals(head.field("X-User"),
                            plan.kind() == PlannedExchange.Kind.GUARDED ? Tokens.SUBJECT : null)
                    && head.framing() == (plan.request().length() == 0 && plan.request().framing() == Framing.LENGTH
                            ? Framing.NONE
                            : plan.request().framing())
                    && (head.framing() != Framing.LENGTH || head.length() == plan.request().length());
            if (!right) {
                throw new IllegalStateException("the request " + head + " (expected: that of " + plan + ")");
            }
        }

        /** Whether it says of the client what is true, and what trusted proxies say: rows 10, 40 and 41 of the hostile tests. */
        private static boolean isClientTold(PlannedExchange plan, Head head) {
            String prefix = plan.kind() == PlannedExchange.Kind.REWRITTEN ? "/rewritten/u" + plan.upstream() : null;
            String chain = head.field("X-Forwarded-For");
            if (chain == null || !chain.endsWith(plan.clientAddress)) {
                return false;
            }
            String forwarded = head.field("Forwarded");
            return plan.clientTrusted || (chain.equals(plan.clientAddress)
                    && "http".equals(head.field("X-Forwarded-Proto"))
                    && Objects.equals(head.field("X-Forwarded-Prefix"), prefix)
                    && forwarded != null && !forwarded.contains(",") && !forwarded.contains("evil")
                    && OF_PROXIES.stream().allMatch(name -> head.count(name) == 0));
        }

        @Override
        public void onBody(byte[] bytes, int start, int count) {
            PlannedExchange plan = current();
            if (bodyBytes + count > plan.request().length()
                    || !Bodies.match(plan.requestBody(), bodyBytes, bytes, start, count)) {
                throw new IllegalStateException("wrong bytes, from " + bodyBytes + " to " + (bodyBytes + count)
                        + " of the request of " + plan);
            }
            bodyBytes += count;
            if (plan.answer().when() == When.IN_BODY && bodyBytes >= plan.request().length() / 2) {
                answer(plan);
            }
        }

        private PlannedExchange current() {
            PlannedExchange plan = current;
            if (plan == null) {
                throw new IllegalStateException("a body without a head");
            }
            return plan;
        }

        @Override
        public void onEnd(List<String> trailers) {
            PlannedExchange plan = current();
            List<String> expected = plan.request().trailer() && plan.request().framing() == Framing.CHUNKED
                    ? List.of("X-Trailer: " + plan.id())
                    : List.of();
            if (bodyBytes != plan.request().length() || !trailers.equals(expected)) {
                throw new IllegalStateException("a request of " + bodyBytes + " bytes and trailers " + trailers
                        + " (expected: " + expected + ") of " + plan);
            }
            requestWhole = true;
            plan.seenWhole++;
            answer(plan);
            if (answered) {
                rest(plan);
            }
        }

        private void answer(PlannedExchange plan) {
            if (answering) {
                return;
            }
            answering = true;
            Answer answer = plan.answer();
            if (plan.has(Fault.HANGS)) {
                return;
            }
            speaker().pause(answer.delayNanos());
            if (!requestWhole) {
                world.happens(Hostile.ROW_12_EARLY_ANSWER);
            }
            String noAnswer = plan.hostileAnswer(Part.ANSWER);
            int interims = plan.has(Fault.TOO_MANY_INTERIM) ? 40 : answer.interim();
            for (int i = 0; i < interims; i++) {
                speaker().say(i == 0 && dice.percent(30) ? "HTTP/1.1 100 Continue\r\n\r\n"
                        : "HTTP/1.1 103 Early Hints\r\nX-Sim: " + plan.id() + "\r\n\r\n");
            }
            if (plan.has(Fault.CUTS_BEFORE_HEAD)) {
                speaker().then(() -> leave(answer.byReset()));
            } else if (noAnswer != null) {
                speaker().say(noAnswer);
                speaker().then(() -> leave(false));
            } else {
                sayAnswer(plan, answer);
            }
            speaker().speak();
        }

        private void sayAnswer(PlannedExchange plan, Answer answer) {
            String head = "HTTP/1.1 " + answer.status() + " Because\r\nX-Sim: " + plan.id()
                    + "\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                    + (answer.text() ? "Content-Type: text/plain\r\n" : "")
                    + (answer.cookie() ? "Set-Cookie: a=b\r\n" : "")
                    + (answer.last() ? "Connection: X-Hop, close\r\nX-Hop: 1\r\n" : "")
                    + (answer.framing() == Framing.LENGTH ? "Content-Length: " + answer.length() + "\r\n" : "")
                    + (answer.framing() == Framing.CHUNKED ? "Transfer-Encoding: chunked\r\n" : "") + "\r\n";
            if (plan.has(Fault.CUTS_HEAD)) {
                speaker().say(head.substring(0, head.length() * answer.cutAt() / 1000));
                speaker().then(() -> leave(answer.byReset()));
                return;
            }
            speaker().say(head);
            boolean whole = plan.expectedBytes() == 0 || sayBody(plan, answer);
            if (!whole) {
                return;
            }
            if (plan.expectedBytes() == 0 && answer.framing() == Framing.CHUNKED && !plan.isHead()
                    && answer.status() != 204 && answer.status() != 304) {
                speaker().say("0\r\n" + (answer.trailer() ? "X-Trailer: " + plan.id() + "\r\n" : "") + "\r\n");
            }
            speaker().then(() -> {
                answered = true;
                if (answer.last() || answer.framing() == Framing.UNTIL_CLOSE) {
                    end().finish();
                } else if (requestWhole) {
                    rest(plan);
                }
            });
        }

        /** Says the body; false if it does not come to its end. */
        private boolean sayBody(PlannedExchange plan, Answer answer) {
            boolean cut = plan.has(Fault.CUTS_BODY);
            String noChunk = plan.hostileAnswer(Part.ANSWER_CHUNK);
            int endAt = cut || noChunk != null ? (int) ((long) answer.length() * answer.cutAt() / 1000)
                    : answer.length();
            int stallAt = plan.has(Fault.STALLS) ? dice.below(answer.length()) : -1;
            int piece = Math.max(1, (answer.length() + answer.pieces() - 1) / answer.pieces());
            for (int done = 0; done < endAt;) {
                int count = Math.min(piece, endAt - done);
                if (done <= stallAt && stallAt < done + count) {
                    speaker().pause(10 * SECOND);
                }
                byte[] bytes = new byte[count];
                Bodies.write(plan.answerBody(), done, bytes, 0, count);
                if (answer.framing() == Framing.CHUNKED) {
                    speaker().say(Integer.toHexString(count) + "\r\n");
                    speaker().say(bytes);
                    speaker().say("\r\n");
                } else {
                    speaker().say(bytes);
                }
                done += count;
                if (done < endAt) {
                    speaker().pause(answer.pauseNanos());
                }
            }
            if (cut) {
                // What is under way when a connection is reset is lost: sometimes it is given the time to arrive.
                speaker().pause(dice.percent(60) ? dice.size(20_000_000) : 0);
                // Without a length or chunks a body that ends in order is whole.
                speaker().then(() -> leave(answer.byReset() || answer.framing() == Framing.UNTIL_CLOSE));
                return false;
            }
            if (noChunk != null) {
                speaker().say(noChunk);
                speaker().then(() -> leave(false));
                return false;
            }
            if (answer.framing() == Framing.CHUNKED) {
                speaker().say("0\r\n" + (answer.trailer() ? "X-Trailer: " + plan.id() + "\r\n" : "") + "\r\n");
            }
            return true;
        }

        /** The exchange is over on this side: nothing is to be done until the next request. */
        private void rest(PlannedExchange plan) {
            current = null;
            if (plan.has(Fault.UNSOLICITED)) {
                if (plan.answer().status() == 204) {
                    world.happens(Hostile.ROW_20_BODY_BEHIND_204);
                }
                speaker().say("x");
                speaker().speak();
            }
            if (brings(Fault.CLOSES_IDLE)) {
                boolean byReset = dice.percent(30);
                if (dice.percent(50)) {
                    leavesBeforeNext = true; // the two cross on their way
                    leavesByReset = byReset;
                    return;
                }
                int then = exchanges;
                world.time().after(dice.size(500_000_000), () -> {
                    if (then == exchanges) {
                        leave(byReset);
                    }
                });
            }
        }

        @Override
        void ended() {
            leave(false);
        }

        @Override
        void broken() {}
    }
}
