package dev.ponticello.http1;

import dev.ponticello.http1.CodecReading.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where our codec reads something else in bytes that it accepts than Netty's does; {@code docs/decisions/0013} says why.
 *
 * <p>A difference either tells what ours reads where Netty's reads a message, or which bytes Netty's refuses and ours does
 * not.
 */
enum CodecDifference {
    /** A URL as the target becomes its path: the host that it names is known. */
    TARGET_WITHOUT_HOST {
        @Override
        Message ours(Message netty) {
            return withoutHost(netty);
        }
    },
    /** Expect is removed from a request of HTTP/1.0. */
    EXPECT_IN_HTTP_1_0 {
        @Override
        Message ours(Message netty) {
            return netty.start().endsWith(" HTTP/1.0")
                    ? netty.withFields(without(netty.fields(), "expect"::equals))
                    : netty;
        }
    },
    /** Trailer fields that could be taken for part of the head are dropped. */
    TRAILERS_DROPPED {
        @Override
        Message ours(Message netty) {
            return netty.withTrailers(without(netty.trailers(),
                    name -> Texts.FORBIDDEN_TRAILERS.contains(name) || name.startsWith("proxy-")));
        }
    },
    /** Netty's removes Transfer-Encoding from an answer that has no body; ours leaves it to who removes what is hop by hop. */
    ENCODING_WITHOUT_A_BODY {
        @Override
        Message netty(Message ours) {
            return ours.start().endsWith(" 304")
                    ? ours.withFields(ours.fields().stream()
                            .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith("transfer-encoding:")).toList())
                    : ours;
        }
    },
    /** A length of 0 is removed from an answer that never has a body. */
    LENGTH_WITHOUT_A_BODY {
        @Override
        Message ours(Message netty) {
            return netty.start().matches("HTTP/1\\.[01] (1\\d\\d|204)")
                    ? netty.withFields(
                            netty.fields().stream()
                                    .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                                    .toList())
                    : netty;
        }
    },
    /** Netty's chunks have less than 2 GiB. */
    CHUNK_SIZE_OVER_31_BITS {
        @Override
        boolean isRefusedByNetty(String input) {
            return Texts.LARGE_CHUNK.matcher(input).find();
        }
    },
    /** Netty's chunk extensions have no 8-bit character in a quoted value. */
    CHUNK_EXTENSION_OF_8_BIT {
        @Override
        boolean isRefusedByNetty(String input) {
            return Texts.EXTENSION_OF_8_BIT.matcher(input).find();
        }
    };

    private static final class Texts {
        static final Pattern URL = Pattern.compile("(\\S+) (?i:https?)://[^/? ]*(\\S*) (HTTP/1\\.[01])");
        static final Pattern LARGE_CHUNK = Pattern
                .compile("\\r\\n0*(?:[8-9a-fA-F][0-9a-fA-F]{7}|[1-9a-fA-F][0-9a-fA-F]{8,})[\\r;]");
        static final Pattern EXTENSION_OF_8_BIT = Pattern
                .compile("\\r\\n[0-9a-fA-F]+;[^\\r\\n]*\"[^\\r\\n]*[\\x80-\\xff][^\\r\\n]*\\r\\n");
        static final Set<String> FORBIDDEN_TRAILERS = Set.of("age", "authorization", "cache-control", "connection",
                "content-encoding", "content-length", "content-location", "content-range", "content-type", "cookie",
                "date", "expect", "expires", "forwarded", "host", "http2-settings", "keep-alive", "location",
                "max-forwards", "pragma", "range", "retry-after", "set-cookie", "te", "trailer", "transfer-encoding",
                "upgrade", "vary", "www-authenticate", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");
    }

    /** What ours reads where Netty's reads this. */
    Message ours(Message netty) {
        return netty;
    }

    /** What Netty's reads where ours reads this. */
    Message netty(Message ours) {
        return ours;
    }

    /** Whether something in the input is refused by Netty's for this difference. */
    boolean isRefusedByNetty(String input) {
        return false;
    }

    private static Message withoutHost(Message message) {
        Matcher url = Texts.URL.matcher(message.start());
        if (!url.matches()) {
            return message;
        }
        String target = url.group(2);
        String origin = target.startsWith("/") ? target
                : target.isEmpty() && url.group(1).equals("OPTIONS") ? "*" : "/" + target;
        return message.withStart(url.group(1) + " " + origin + " " + url.group(3));
    }

    /** The lines but for those whose name, in its normal form, is one of these. */
    private static List<String> without(List<String> lines, Predicate<String> names) {
        return lines.stream().filter(line -> !names.test(
                line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-')))
                .toList();
    }

    /**
     * Fails unless our codec has read what Netty's has read, but for these differences: of all messages, or of those before
     * the place where ours refused to read on or had nothing to read on for.
     *
     * @param most how many messages ours is asked to read, informational ones not counted
     * @param known the differences that there may be
     */
    static void explain(byte[] input, CodecReading ours, CodecReading netty, int most, Set<CodecDifference> known) {
        List<Message> expected = netty.messages().stream().map(message -> asOurs(message, known)).toList();
        String text = new String(input, StandardCharsets.ISO_8859_1);
        boolean nettyGaveUp = netty.refused() && known.stream().anyMatch(one -> one.isRefusedByNetty(text));
        for (int i = 0; i < ours.messages().size(); i++) {
            Message our = asNettys(ours.messages().get(i), known);
            Message other = i < expected.size() ? expected.get(i) : null;
            boolean refusedInIt = ours.refused() && !our.whole() && i == ours.messages().size() - 1;
            if (other != null && refusedInIt && isBeginning(our, other)) {
                return;
            }
            if (nettyGaveUp && (other == null || !other.whole())) {
                if (other != null && !isBeginning(other, our)) {
                    throw different(our, other, ours, netty);
                }
                return;
            }
            if (other == null || !our.isSame(other)) {
                throw different(our, other, ours, netty);
            }
        }
        long finals = ours.messages().stream().filter(message -> !message.isInformational()).count();
        boolean readsOn = !ours.refused() && finals < most
                && (ours.messages().isEmpty() || ours.messages().getLast().persistent());
        if (readsOn && expected.size() > ours.messages().size()) {
            throw different(null, expected.get(ours.messages().size()), ours, netty);
        }
    }

    private static Message asOurs(Message netty, Set<CodecDifference> known) {
        Message message = netty;
        for (CodecDifference difference : known) {
            message = difference.ours(message);
        }
        return message;
    }

    private static Message asNettys(Message ours, Set<CodecDifference> known) {
        Message message = ours;
        for (CodecDifference difference : known) {
            message = difference.netty(message);
        }
        return message;
    }

    /** Whether a message that was not read whole is the beginning of the other. */
    private static boolean isBeginning(Message begun, Message whole) {
        return begun.start().equals(whole.start()) && begun.fields().equals(whole.fields())
                && whole.body().startsWith(begun.body());
    }

    private static AssertionError different(@Nullable Message our, @Nullable Message other, CodecReading ours,
            CodecReading netty) {
        return new AssertionError(
                "\nour message:     %s\nNetty's, as ours: %s\nin all\nours:  %s\nNetty: %s".formatted(our,
                        other, ours, netty));
    }
}
