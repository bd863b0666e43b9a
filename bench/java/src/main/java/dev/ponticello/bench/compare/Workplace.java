package dev.ponticello.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Where a comparison takes place: a temporary folder, the cores, the secret, and the endpoint that all gateways stand before. */
final class Workplace implements AutoCloseable {
    private static final Pattern PLACEHOLDER = Pattern.compile("@([a-z]+)@");
    /** The third of the numbers below their names. */
    private static final Pattern REQUESTS = Pattern.compile("requests\\s+\\d+ \\d+ (\\d+)");
    private static final String BODY = "{\"id\":\"1\",\"name\":\"Alice\",\"email\":\"alice@example.com\",\"note\":\"a body of one hundred and twenty bytes, for every answer\"}";
    private static final int LIST_BYTES = 64 * 1024;
    private static final int TOKENS = 10_000;

    final Path root;
    final Path folder;
    final String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    final String secret = HexFormat.of().formatHex(new SecureRandom().generateSeed(32));
    private final int endpointPort = freePort();
    /** Killed when the program ends, however that is. */
    private final List<Process> started = Collections.synchronizedList(new ArrayList<>());
    private int names;
    private long asked;

    /** @param root of the checkout */
    Workplace(Path root) throws IOException {
        this.root = root;
        this.folder = Files.createTempDirectory("compare");
        Runtime.getRuntime().addShutdownHook(new Thread(this::killAll));
        // nginx serves as another user.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path files = Files.createDirectory(folder.resolve("files"));
        Files.writeString(files.resolve("list.json"), list());
        Files.write(files.resolve("mib"), new byte[1 << 20]);
        Files.write(tokens(), Stream.iterate(0, i -> i + 1).limit(TOKENS).map(i -> token("user-" + i)).toList());
    }

    Path bench() {
        return root.resolve("bench");
    }

    Path tokens() {
        return folder.resolve("tokens");
    }

    /** Users whose texts do not repeat much, so that a coder has work to do. */
    private static String list() {
        Random random = new Random(1);
        StringBuilder list = new StringBuilder("[");
        while (list.length() < LIST_BYTES - 200) {
            int id = random.nextInt(1_000_000);
            list.append("{\"id\":").append(id).append(",\"name\":\"User ").append(Integer.toString(id, 36))
                    .append("\",\"email\":\"").append(Long.toString(random.nextLong() >>> 1, 36))
                    .append("@example.com\",\"active\":").append(random.nextBoolean()).append(",\"score\":")
                    .append(random.nextInt(1000) / 10.0).append("},");
        }
        return list.append("{\"note\":\"").append(".".repeat(LIST_BYTES - list.length() - 12)).append("\"}]")
                .toString();
    }

    /** A token that is good for a day. */
    String token(String subject) {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.US_ASCII)) + "."
                + base64(("{\"sub\":\"" + subject + "\",\"role\":\"admin\",\"exp\":"
                        + (System.currentTimeMillis() / 1000 + 86_400) + "}").getBytes(StandardCharsets.US_ASCII));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The endpoint at one of its addresses, 0 to 4. */
    String endpoint(int number) {
        return "127.0.1." + (number + 1) + ":" + endpointPort;
    }

    void startEndpoint() throws IOException {
        Path conf = fill(bench().resolve("nginx/endpoint.conf"), "endpoint.conf",
                Map.of("endpoint", Integer.toString(endpointPort), "body", BODY));
        start("endpoint", taskset(loadCore(), "nginx", "-e", folder.resolve("endpoint-errors.log").toString(), "-c",
                conf.toString()), Map.of());
    }

    /** How many requests the endpoint has answered, but for those that ask this. */
    long endpointRequests() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.1.1"), endpointPort));
            socket.getOutputStream().write("GET /status HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            Matcher matcher = REQUESTS.matcher(said);
            if (!matcher.find()) {
                throw new IOException("the endpoint does not count:\n" + said);
            }
            asked++;
            return Long.parseLong(matcher.group(1)) - asked;
        }
    }

    /** A copy of a config with everything filled in that stands between two {@code @}. */
    Path fill(Path template, String name, Map<String, String> values) throws IOException {
        Matcher matcher = PLACEHOLDER.matcher(Files.readString(template));
        String text = matcher.replaceAll(found -> Matcher.quoteReplacement(switch (found.group(1)) {
            case "work" -> folder.toString();
            case "secret" -> secret;
            // Only root may say whose the workers are.
            case "user" -> System.getProperty("user.name").equals("root") ? "user root;" : "";
            case String other when values.containsKey(other) -> values.get(other);
            default -> throw new IllegalArgumentException(template + ": " + found.group() + " has no value");
        }));
        return Files.writeString(folder.resolve(name), text);
    }

    /** A name for a gateway's files. */
    String newName(String contender) {
        return contender + "-" + names++;
    }

    // ---- processes

    /** How many the machine has; this program itself runs on one. */
    static int cores() {
        return Integer.getInteger("bench.cores", 2);
    }

    /** How the kernel paces connections: with bbr timers run for large bodies, which cost much in a virtual machine. */
    static String congestionControl() throws IOException {
        return Files.readString(Path.of("/proc/sys/net/ipv4/tcp_congestion_control")).strip();
    }

    /** The core of the load and the endpoint. */
    static String loadCore() {
        return cores() > 2 ? "2" : "1";
    }

    /** The cores of a gateway with so many loops; beyond the first they are shared with the load where there are but two. */
    static String gatewayCores(int loops) {
        return loops == 1 ? "0" : "0-" + (loops - 1);
    }

    static List<String> taskset(String cores, String... command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
        pinned.addAll(List.of(command));
        return pinned;
    }

    /** Starts a process whose output goes to NAME.log. */
    Process start(String name, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true)
                .redirectOutput(log(name).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    /** Starts a process that is talked to. */
    Process startTalking(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).directory(root.toFile()).redirectError(
                ProcessBuilder.Redirect.INHERIT).start();
        started.add(process);
        return process;
    }

    Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** What a command says, on either output. */
    String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private void killAll() {
        for (Process process : List.copyOf(started)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    @Override
    public void close() throws IOException {
        killAll();
        for (Process process : List.copyOf(started)) {
            process.onExit().join();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
