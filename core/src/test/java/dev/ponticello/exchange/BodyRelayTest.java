package dev.ponticello.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.Headers;
import dev.ponticello.http.MessageSink;
import dev.ponticello.http.MessageSource;
import dev.ponticello.loop.BufferBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No faster than the slower, and with less in between when much waits elsewhere. */
class BodyRelayTest {
    private static final int BOUND = 100;

    private final BufferBudget budget = new BufferBudget();
    private final Peer from = new Peer();
    private final Peer to = new Peer();
    private final BodyRelay relay = new BodyRelay(budget);

    /** Takes what it is told to. */
    private static final class Peer implements MessageSource, MessageSink {
        private boolean paused;
        private boolean tight;
        private long pending;
        private long gathered;

        @Override
        public void pause() {
            paused = true;
        }

        @Override
        public void resume() {
            paused = false;
        }

        @Override
        public boolean isWritable() {
            return tight ? pending + gathered == 0 : pending + gathered <= BOUND;
        }

        @Override
        public long pendingBytes() {
            return pending;
        }

        @Override
        public void setTight(boolean tight) {
            this.tight = tight;
        }

        @Override
        public void data(ByteBuf data) {
            gathered += data.readableBytes();
            data.release();
        }

        @Override
        public void end(@Nullable Headers trailers) {}

        @Override
        public void flush() {
            pending += gathered;
            gathered = 0;
        }
    }

    @Test
    void pausesWhenTheSinkIsFullAndCountsWhatWaits() {
        budget.setShare(1000);
        relay.open(from, to, null, false);
        data(60);
        assertThat(from.paused).isFalse();
        assertThat(budget.heldBytes()).isZero();
        data(60);
        assertThat(from.paused).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(120);
        to.pending = 0;
        relay.sinkWritable();
        assertThat(from.paused).isFalse();
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void holdsNoMoreThanOneReadWhenTheBudgetIsSpent() {
        budget.setShare(1000);
        budget.hold(1000);
        relay.open(from, to, null, false);
        data(10);
        assertThat(from.paused).isTrue();
        assertThat(budget.heldBytes()).isEqualTo(1010);
        to.pending = 5;
        assertThat(to.isWritable()).isFalse();
        to.pending = 0;
        relay.sinkWritable();
        assertThat(from.paused).isFalse();
        budget.release(1000);
        data(10);
        data(10);
        assertThat(from.paused).isFalse();
        assertThat(to.tight).isFalse();
    }

    @Test
    void tightensABodyThatRunsWhenTheBudgetIsSpentMeanwhile() {
        budget.setShare(1000);
        relay.open(from, to, null, false);
        data(10);
        assertThat(from.paused).isFalse();
        budget.hold(1000);
        data(10);
        assertThat(from.paused).isTrue();
    }

    @Test
    void givesBackWhatItHeldHoweverItEnds() {
        budget.setShare(100);
        relay.open(from, to, null, false);
        data(200);
        data(1);
        assertThat(budget.heldBytes()).isEqualTo(200);
        assertThat(to.tight).isTrue();
        relay.close();
        assertThat(budget.heldBytes()).isZero();
        assertThat(to.tight).isFalse();
        relay.close();
        assertThat(budget.heldBytes()).isZero();

        to.pending = 0;
        relay.open(from, to, null, false);
        data(200);
        relay.end(null);
        assertThat(budget.heldBytes()).isZero();
    }

    @Test
    void asksNoSourceThatIsNone() {
        budget.setShare(0);
        relay.open(null, to, null, false);
        data(200);
        assertThat(relay.isPaused()).isFalse();
        assertThat(budget.heldBytes()).isZero();
        relay.end(null);
    }

    private void data(int bytes) {
        relay.data(Unpooled.buffer(bytes).writeZero(bytes));
    }
}
