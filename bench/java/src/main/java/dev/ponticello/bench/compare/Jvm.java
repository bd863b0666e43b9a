package dev.ponticello.bench.compare;

import com.sun.management.ThreadMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a running Java program says about itself. Asking loads code into it, so its resident memory is looked at before. */
final class Jvm implements AutoCloseable {
    /** What a program with its native memory tracked counts direct memory under. */
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB");

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    @SuppressWarnings("BanJNDI") // what is read is what a process of this program's own sends
    Jvm(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
            machine.detach();
        } catch (AttachNotSupportedException e) {
            throw new IOException(e);
        }
        server = connector.getMBeanServerConnection();
    }

    /** How many bytes of heap the threads have allocated whose names begin so, since their start. */
    long allocatedBytes(String threads) throws IOException {
        ThreadMXBean bean = ManagementFactory.newPlatformMXBeanProxy(server, ManagementFactory.THREAD_MXBEAN_NAME,
                ThreadMXBean.class);
        long[] ids = Arrays.stream(bean.getThreadInfo(bean.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith(threads))
                .mapToLong(ThreadInfo::getThreadId).toArray();
        if (ids.length == 0) {
            throw new IOException("no thread whose name begins with " + threads);
        }
        return Arrays.stream(bean.getThreadAllocatedBytes(ids)).sum();
    }

    /** What lives on the heap. */
    long liveHeapBytes() throws IOException {
        MemoryMXBean bean = ManagementFactory.newPlatformMXBeanProxy(server, ManagementFactory.MEMORY_MXBEAN_NAME,
                MemoryMXBean.class);
        bean.gc();
        return bean.getHeapMemoryUsage().getUsed();
    }

    /** Direct memory; the program must run with {@code -XX:NativeMemoryTracking=summary}. */
    long directBytes() throws IOException {
        try {
            String said = (String) server.invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "vmNativeMemory", new Object[]{new String[]{"summary"}}, new String[]{String[].class.getName()});
            Matcher matcher = OTHER.matcher(said);
            if (!matcher.find()) {
                throw new IOException("native memory is not tracked: " + said);
            }
            return Long.parseLong(matcher.group(1)) * 1024;
        } catch (JMException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
