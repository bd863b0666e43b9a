package dev.ponticello.testing;

import static dev.ponticello.testing.Play.text;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One end of an HTTP/2 connection, driven frame by frame: it sends what it is told, right or wrong, and reads by the letter of RFC 9113. Settings and PINGs are acknowledged and windows opened as
 * frames are read, unless the play says otherwise.
 */
public final class Http2Peer implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;

    public static final int NO_ERROR = 0;
    public static final int PROTOCOL_ERROR = 1;
    public static final int INTERNAL_ERROR = 2;
    public static final int FLOW_CONTROL_ERROR = 3;
    public static final int STREAM_CLOSED = 5;
    public static final int FRAME_SIZE_ERROR = 6;
    public static final int REFUSED_STREAM = 7;
    public static final int CANCEL = 8;
    public static final int COMPRESSION_ERROR = 9;
    public static final int ENHANCE_YOUR_CALM = 11;

    public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean has(int flag) {
            return (flags & flag) != 0;
        }

        int number(int at) {
            return (payload[at] & 0xff) << 24 | (payload[at + 1] & 0xff) << 16 | (payload[at + 2] & 0xff) << 8
                    | (payload[at + 3] & 0xff);
        }
    }

    /** What has come of a message on a stream so far. */
    public static final class Message {
        private final int stream;
        private final List<Fields> interim = new ArrayList<>();
        private Fields head = Fields.NONE;
        private Fields trailers = Fields.NONE;
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private boolean headSeen;
        private boolean ended;
        private int reset = -1;

        Message(int stream) {
            this.stream = stream;
        }

        public int stream() {
            return stream;
        }

        public int status() {
            return Integer.parseInt(String.valueOf(head.only(":status")));
        }

        public Fields head() {
            return head;
        }

        public Fields trailers() {
            return trailers;
        }

        public String bodyText() {
            return text(body.toByteArray());
        }

        public byte[] body() {
            return body.toByteArray();
        }

        /** The heads of status 1xx that came before. */
        public List<Fields> interim() {
            return interim;
        }

        public boolean isEnded() {
            return ended;
        }

        /** The code of RST_STREAM, or -1. */
        public int reset() {
            return reset;
        }

        @Override
        public String toString() {
            return "stream " + stream + "\n" + head + "\n\n" + bodyText() + (ended ? "\n(ended)" : "")
                    + (reset < 0 ? "" : "\n(reset with " + reset + ")");
        }
    }

    private final RawConnection connection;
    private final boolean client;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
    private final Map<Integer, Message> messages = new TreeMap<>();
    private final List<Integer> untaken = new ArrayList<>();
    private final Map<Integer, Long> settings = new TreeMap<>();
    private final Map<Integer, Long> windows = new TreeMap<>();
    private ByteArrayOutputStream block = new ByteArrayOutputStream();
    private int blockFlags;
    private int nextStream = 1;
    private boolean opensWindows = true;
    private boolean acknowledgesPings = true;
    private int goAway = -1;
    private int goAwayLast = -1;
    private int settingsAcks;
    private int pings;

    private Http2Peer(RawConnection connection, boolean client) {
        this.connection = connection;
        this.client = client;
    }

    /** A client that has sent the preface and empty settings. */
    public static Http2Peer connect(int port) {
        return client(RawClient.connect(port));
    }

    /** A client on this connection, which sends the preface and empty settings. */
    public static Http2Peer client(RawClient connection) {
        Http2Peer peer = new Http2Peer(connection, true);
        connection.send(PREFACE);
        peer.settings();
        return peer;
    }

    /** A client that has not even sent the preface. */
    public static Http2Peer silent(RawClient connection) {
        return new Http2Peer(connection, true);
    }

    /** An endpoint on a connection before its first byte: reads the preface and sends settings, pairs of a number and a value. */
    public static Http2Peer serve(ScriptedConnection connection, long... settings) {
        Http2Peer peer = new Http2Peer(connection, false);
        String preface = connection.readText(PREFACE.length());
        if (!preface.equals(PREFACE)) {
            throw new AssertionError("began with " + preface + " (expected: the preface)");
        }
        peer.settings(settings);
        return peer;
    }

    /** A script for a connection: answers each of its requests with 200 and this body. */
    public static Script answering(String body, long... settings) {
        return connection -> {
            Http2Peer peer = serve(connection, settings);
            while (true) {
                peer.answer(peer.takeRequest().stream(), 200, body);
            }
        };
    }

    /** A script for a connection: answers with the fields of each request, one to a line, then its body, then its trailers. */
    public static Script echoing() {
        return connection -> {
            Http2Peer peer = serve(connection);
            while (true) {
                Message request = peer.takeRequest();
                peer.readWhole(request);
                peer.answer(request.stream(), 200, request.head() + "\n\n" + request.bodyText() + "\n\n"
                        + request.trailers());
            }
        };
    }

    public RawConnection connection() {
        return connection;
    }

    /** Sends no WINDOW_UPDATE by itself from now on. */
    public void keepWindowsShut() {
        opensWindows = false;
    }

    /** Answers no PING from now on. */
    public void ignorePings() {
        acknowledgesPings = false;
    }

    // ---- sending

    public void frame(int type, int flags, int stream, byte[] payload) {
        connection.send(bytes(type, flags, stream, payload));
    }

    /** A frame as it goes on the wire. */
    public static byte[] bytes(int type, int flags, int stream, byte[] payload) {
        var frame = new ByteArrayOutputStream(payload.length + 9);
        frame.write(payload.length >>> 16);
        frame.write(payload.length >>> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.writeBytes(number(stream));
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static byte[] number(int value) {
        return new byte[]{(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
    }

    /** Sends settings: pairs of a number and a value. */
    public void settings(long... pairs) {
        var payload = new ByteArrayOutputStream();
        for (int i = 0; i < pairs.length; i += 2) {
            payload.write((int) pairs[i] >>> 8);
            payload.write((int) pairs[i]);
            payload.writeBytes(number((int) pairs[i + 1]));
        }
        frame(SETTINGS, 0, 0, payload.toByteArray());
    }

    /** A field section: a literal without index for each line {@code name: value}, its bytes as they stand; without Huffman. */
    public static byte[] section(String... lines) {
        var section = new ByteArrayOutputStream();
        for (String line : lines) {
            int colon = Math.max(0, line.indexOf(':', 1)); // the first colon of a name is part of it, unless there is no other
            section.write(0);
            string(section, line.substring(0, colon));
            string(section, line.substring(colon + (line.startsWith(" ", colon + 1) ? 2 : 1)));
        }
        return section.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = Play.bytes(text);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                out.write((rest & 0x7f) | 0x80);
                rest >>>= 7;
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /** The lines of an ordinary request's head, and others behind them. */
    public static String[] head(String method, String path, String... fields) {
        List<String> lines = new ArrayList<>(
                List.of(":method: " + method, ":scheme: http", ":authority: a", ":path: " + path));
        lines.addAll(List.of(fields));
        return lines.toArray(String[]::new);
    }

    /** Sends a field section on the next stream of a client; the stream. */
    public int open(boolean endStream, String... lines) {
        int stream = nextStream;
        nextStream += 2;
        headers(stream, endStream, lines);
        return stream;
    }

    /** Sends a whole request without a body; the stream. */
    public int get(String path, String... fields) {
        return open(true, head("GET", path, fields));
    }

    public void headers(int stream, boolean endStream, String... lines) {
        frame(HEADERS, END_HEADERS | (endStream ? END_STREAM : 0), stream, section(lines));
    }

    public void data(int stream, String data, boolean endStream) {
        data(stream, Play.bytes(data), endStream);
    }

    public void data(int stream, byte[] data, boolean endStream) {
        frame(DATA, endStream ? END_STREAM : 0, stream, data);
    }

    public void reset(int stream, int code) {
        frame(RST_STREAM, 0, stream, number(code));
    }

    public void windowUpdate(int stream, int increment) {
        frame(WINDOW_UPDATE, 0, stream, number(increment));
    }

    public void ping() {
        frame(PING, 0, 0, new byte[8]);
    }

    public void goAway(int lastStream, int code) {
        var payload = new ByteArrayOutputStream();
        payload.writeBytes(number(lastStream));
        payload.writeBytes(number(code));
        frame(GOAWAY, 0, 0, payload.toByteArray());
    }

    /** Answers a request. */
    public void answer(int stream, int status, String body, String... fields) {
        List<String> lines = new ArrayList<>(List.of(":status: " + status));
        lines.addAll(List.of(fields));
        headers(stream, body.isEmpty(), lines.toArray(String[]::new));
        if (!body.isEmpty()) {
            data(stream, body, true);
        }
    }

    // ---- reading

    /** Reads the next frame, and deals with it. */
    public Frame read() {
        byte[] header = connection.read(9);
        int length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
        int stream = (header[5] & 0x7f) << 24 | (header[6] & 0xff) << 16 | (header[7] & 0xff) << 8
                | (header[8] & 0xff);
        if (length > 16_384) {
            throw new AssertionError("a frame of %d bytes (expected: at most 16384)".formatted(length));
        }
        Frame frame = new Frame(header[3] & 0xff, header[4] & 0xff, stream, connection.read(length));
        take(frame);
        return frame;
    }

    private void take(Frame frame) {
        switch (frame.type) {
            case DATA -> {
                Message message = open(frame);
                message.body.writeBytes(frame.payload);
                message.ended = frame.has(END_STREAM);
                if (opensWindows && frame.payload.length > 0) {
                    windowUpdate(0, frame.payload.length);
                    if (!message.ended) {
                        windowUpdate(frame.stream, frame.payload.length);
                    }
                }
            }
            case HEADERS -> {
                block = new ByteArrayOutputStream();
                block.writeBytes(frame.payload);
                blockFlags = frame.flags;
                endSection(frame);
            }
            case CONTINUATION -> {
                block.writeBytes(frame.payload);
                endSection(frame);
            }
            case RST_STREAM -> messages.computeIfAbsent(frame.stream, Message::new).reset = frame.number(0);
            case SETTINGS -> {
                if (frame.has(ACK)) {
                    settingsAcks++;
                } else {
                    for (int at = 0; at < frame.payload.length; at += 6) {
                        settings.put((frame.payload[at] & 0xff) << 8 | (frame.payload[at + 1] & 0xff),
                                frame.number(at + 2) & 0xffff_ffffL);
                    }
                    frame(SETTINGS, ACK, 0, new byte[0]);
                }
            }
            case PING -> {
                if (!frame.has(ACK) && acknowledgesPings) {
                    frame(PING, ACK, 0, frame.payload);
                }
                pings += frame.has(ACK) ? 1 : 0;
            }
            case GOAWAY -> {
                goAwayLast = frame.number(0);
                goAway = frame.number(4);
            }
            case WINDOW_UPDATE -> windows.merge(frame.stream, (long) frame.number(0), Long::sum);
            default -> throw new AssertionError("a frame of type " + frame.type);
        }
    }

    private Message open(Frame frame) {
        Message message = messages.get(frame.stream);
        if (message == null || !message.headSeen || message.ended) {
            throw new AssertionError("DATA on stream %d: %s".formatted(frame.stream, message));
        }
        return message;
    }

    private void endSection(Frame frame) {
        if (!frame.has(END_HEADERS)) {
            return;
        }
        List<Fields.Field> lines = new ArrayList<>();
        try {
            var buffer = Unpooled.wrappedBuffer(block.toByteArray());
            for (var field : decoder.decodeHeaders(frame.stream, buffer)) {
                lines.add(new Fields.Field(field.getKey().toString(), field.getValue().toString()));
            }
        } catch (Http2Exception e) {
            throw new AssertionError("a field section that cannot be decoded", e);
        }
        Message message = messages.get(frame.stream);
        if (message == null) {
            message = new Message(frame.stream);
            messages.put(frame.stream, message);
            untaken.add(frame.stream);
        }
        Fields fields = new Fields(lines);
        String status = fields.only(":status");
        if (message.ended) {
            throw new AssertionError("HEADERS on a stream that has ended: " + message);
        } else if (message.headSeen) {
            message.trailers = fields;
        } else if (client && status != null && status.startsWith("1")) {
            message.interim.add(fields);
        } else {
            message.head = fields;
            message.headSeen = true;
        }
        message.ended = (blockFlags & END_STREAM) != 0;
    }

    /** Reads until the message on this stream has ended, one way or the other. */
    public Message readWhole(int stream) {
        Message message = messages.computeIfAbsent(stream, Message::new);
        return readWhole(message);
    }

    public Message readWhole(Message message) {
        while (!message.ended && message.reset < 0) {
            read();
        }
        return message;
    }

    /** Reads until the stream is reset, whatever came before; the code. */
    public int readReset(int stream) {
        Message message = messages.computeIfAbsent(stream, Message::new);
        while (message.reset < 0) {
            read();
        }
        return message.reset;
    }

    /** Reads until so many bytes of the body have come. */
    public Message readBody(int stream, int bytes) {
        Message message = messages.computeIfAbsent(stream, Message::new);
        while (message.body.size() < bytes) {
            read();
        }
        return message;
    }

    /** Reads until the head of the message has come. */
    public Message readHead(int stream) {
        Message message = messages.computeIfAbsent(stream, Message::new);
        while (!message.headSeen && message.reset < 0) {
            read();
        }
        return message;
    }

    /** The next request whose head has come and that nobody has taken yet. */
    public Message takeRequest() {
        while (untaken.isEmpty()) {
            read();
        }
        Message request = messages.get(untaken.removeFirst());
        if (request == null) {
            throw new IllegalStateException("no message of a stream that was seen");
        }
        return request;
    }

    /** Reads until nothing comes for {@link RawConnection#QUIET}. */
    public void readUntilQuiet() {
        while (!connection.in.isQuiet(RawConnection.QUIET)) {
            read();
        }
    }

    /** Whether the head of a request has come that nobody has taken. */
    public boolean hasRequest() {
        return !untaken.isEmpty();
    }

    /** Asks and reads the whole answer. */
    public Message ask(String path, String... fields) {
        return readWhole(get(path, fields));
    }

    /** Reads until GOAWAY has come with another code than NO_ERROR, or with it when that is waited for; the code. */
    public int readGoAway() {
        while (goAway < 0) {
            read();
        }
        return goAway;
    }

    /** Reads until the peer has ended the connection. */
    public void readToEnd() {
        try {
            while (true) {
                read();
            }
        } catch (PeerEnded e) {
            // that is what was waited for
        }
    }

    /** Sends a PING and reads until it is answered: all that was sent before has been dealt with. */
    public void settle() {
        int before = pings;
        ping();
        while (pings == before) {
            read();
        }
    }

    /** The last stream that GOAWAY has named, or -1. */
    public int goAwayLast() {
        return goAwayLast;
    }

    /** The code of the last GOAWAY, or -1. */
    public int goAwayCode() {
        return goAway;
    }

    /** How many bytes the peer has opened the window of a stream for; of the connection, for stream 0. */
    public long windowUpdates(int stream) {
        return windows.getOrDefault(stream, 0L);
    }

    /** How many interim heads have come on a stream so far. */
    public int interimHeads(int stream) {
        Message message = messages.get(stream);
        return message == null ? 0 : message.interim.size();
    }

    /** A setting of the peer, or -1. */
    public long setting(int number) {
        return settings.getOrDefault(number, -1L);
    }

    /** How often our settings were acknowledged. */
    public int settingsAcks() {
        return settingsAcks;
    }

    @Override
    public void close() {
        connection.close();
    }
}
