package dev.ponticello.simulation;

import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * A connection between the gateway and a party: two ends, and in each direction a window of bytes.
 *
 * <p>It behaves as TCP does. A writer whose peer does not read gets stuck when the window is full. What is written arrives after a while, in order, in segments that have nothing to do with how it was
 * written. FIN comes behind the data; a reset comes at once, and what was under way is lost. Closing with something unread resets; so does what arrives at an end that is closed.
 */
final class Wire {
    /**
     * How a wire carries.
     *
     * @param window bytes that may be under way or unread in one direction
     * @param delayNanos how long everything is under way at least
     * @param jitterNanos how much longer it may be
     * @param tinySegments how many of the first segments are of one byte
     * @param segment the most bytes of those that follow
     * @param resetDropsUnread whether a reset takes away what has arrived and was not read; Linux leaves it, others do not
     */
    record Style(int window, long delayNanos, long jitterNanos, int tinySegments, int segment,
            boolean resetDropsUnread) {}

    private final SimulatedTime time;
    private final Dice dice;
    private final Style style;
    private final End gateway;
    private final End party;

    Wire(SimulatedTime time, Dice dice, Style style) {
        this.time = time;
        this.dice = dice;
        this.style = style;
        Pipe there = new Pipe();
        Pipe back = new Pipe();
        this.gateway = new End(back, there);
        this.party = new End(there, back);
        there.connect(gateway, party);
        back.connect(party, gateway);
    }

    End gateway() {
        return gateway;
    }

    End party() {
        return party;
    }

    private static void nothing() {}

    private long lag() {
        return style.delayNanos + (style.jitterNanos == 0 ? 0 : dice.between(0L, style.jitterNanos));
    }

    /** One side of the wire, as a socket shows it. */
    static final class End {
        private final Pipe in;
        private final Pipe out;
        private Runnable onArrival = Wire::nothing;
        private Runnable onSpace = Wire::nothing;
        private boolean closed;
        private boolean finished;
        private boolean resetSent;
        private boolean finArrived;
        private boolean reset;
        private boolean waitsForSpace;
        private long sent;

        private End(Pipe in, Pipe out) {
            this.in = in;
            this.out = out;
        }

        /**
         * Says who is told.
         *
         * @param onArrival that bytes, a FIN or a reset have come
         * @param onSpace that writing may go on, after it was refused
         */
        void listen(Runnable onArrival, Runnable onSpace) {
            this.onArrival = onArrival;
            this.onSpace = onSpace;
        }

        /** How many bytes can be read now. */
        int readable() {
            return in.arrived;
        }

        /** Whether the peer has ended its direction, and everything before that was read. */
        boolean isEnded() {
            return finArrived && in.arrived == 0;
        }

        /** Whether the peer has ended its direction, read or not. */
        boolean hasFin() {
            return finArrived;
        }

        boolean isReset() {
            return reset;
        }

        /** How many bytes the wire holds for it. */
        int window() {
            return in.ring.length;
        }

        /** How many bytes have been written. */
        long sent() {
            return sent;
        }

        void read(ByteBuf to, int count) {
            in.read(to, count);
        }

        int read(byte[] to, int most) {
            return in.read(to, most);
        }

        /** Writes some of it: how much, which is 0 when the window is full. */
        int write(ByteBuf from, int most) throws IOException {
            checkWritable();
            int count = Math.min(most, out.space());
            out.write(from, count);
            return written(count);
        }

        int write(byte[] from, int start, int most) throws IOException {
            checkWritable();
            int count = Math.min(most, out.space());
            out.write(from, start, count);
            return written(count);
        }

        private int written(int count) {
            sent += count;
            waitsForSpace = count == 0;
            return count;
        }

        private void checkWritable() throws IOException {
            if (closed || finished || reset) {
                throw new IOException(reset ? "Connection reset by peer" : "Broken pipe");
            }
        }

        /** Ends this direction: FIN. */
        void finish() {
            if (!finished && !closed && !reset) {
                finished = true;
                out.finish();
            }
        }

        /** Ends both directions: in order, or at once and with a reset. */
        void close(boolean abort) {
            if (closed) {
                return;
            }
            if (!reset) {
                if (abort || in.arrived > 0) {
                    sendReset();
                } else {
                    finish();
                }
            }
            closed = true;
            onArrival = Wire::nothing;
            onSpace = Wire::nothing;
        }

        private void sendReset() {
            if (!resetSent && !reset) {
                resetSent = true;
                out.reset();
            }
        }

        private void resetArrives() {
            if (!closed) {
                reset = true;
                out.drop();
                in.drop();
                onArrival.run();
                onSpace.run();
            }
        }
    }

    /** One direction. */
    private final class Pipe {
        private final byte[] ring = new byte[style.window];
        private int start;
        /** Bytes under way or unread. */
        private int held;
        /** Of those, the ones that can be read. */
        private int arrived;
        private int tinyLeft = style.tinySegments;
        private long lastNanos;
        private boolean dropped;
        @SuppressWarnings("NullAway.Init") // set before anything else
        private End sender;
        @SuppressWarnings("NullAway.Init")
        private End receiver;

        void connect(End sender, End receiver) {
            this.sender = sender;
            this.receiver = receiver;
        }

        int space() {
            return ring.length - held;
        }

        void write(ByteBuf from, int count) {
            int at = (start + held) % ring.length;
            int first = Math.min(count, ring.length - at);
            from.getBytes(from.readerIndex(), ring, at, first);
            from.getBytes(from.readerIndex() + first, ring, 0, count - first);
            add(count);
        }

        void write(byte[] from, int begin, int count) {
            int at = (start + held) % ring.length;
            int first = Math.min(count, ring.length - at);
            System.arraycopy(from, begin, ring, at, first);
            System.arraycopy(from, begin + first, ring, 0, count - first);
            add(count);
        }

        private void add(int count) {
            held += count;
            int left = count;
            while (left > 0) {
                int segment = left;
                if (tinyLeft > 0) {
                    tinyLeft--;
                    segment = 1;
                } else if (left > 1) {
                    segment = Math.min(left, dice.size(style.segment));
                }
                left -= segment;
                int bytes = segment;
                lastNanos = Math.max(lastNanos + dice.below(2), time.nanoTime() + lag());
                time.at(lastNanos, () -> arrive(bytes));
            }
        }

        private void arrive(int bytes) {
            if (dropped) {
                return;
            }
            if (receiver.closed) {
                drop();
                receiver.sendReset();
                return;
            }
            arrived += bytes;
            receiver.onArrival.run();
        }

        void read(ByteBuf to, int count) {
            int first = Math.min(count, ring.length - start);
            to.writeBytes(ring, start, first);
            to.writeBytes(ring, 0, count - first);
            taken(count);
        }

        int read(byte[] to, int most) {
            int count = Math.min(most, arrived);
            int first = Math.min(count, ring.length - start);
            System.arraycopy(ring, start, to, 0, first);
            System.arraycopy(ring, 0, to, first, count - first);
            taken(count);
            return count;
        }

        private void taken(int count) {
            start = (start + count) % ring.length;
            held -= count;
            arrived -= count;
            if (sender.waitsForSpace && count > 0) {
                sender.waitsForSpace = false;
                time.after(lag(), () -> sender.onSpace.run());
            }
        }

        void finish() {
            lastNanos = Math.max(lastNanos, time.nanoTime() + lag());
            time.at(lastNanos, () -> {
                if (!dropped && !receiver.closed) {
                    receiver.finArrived = true;
                    receiver.onArrival.run();
                }
            });
        }

        void reset() {
            dropped = true;
            time.after(lag(), receiver::resetArrives);
        }

        /** What is under way never arrives; what has arrived may be lost too. */
        void drop() {
            dropped = true;
            if (style.resetDropsUnread) {
                arrived = 0;
            }
            held = arrived;
        }
    }
}
