package dev.ponticello.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ponticello.http.HeaderName;
import dev.ponticello.http.Headers;
import dev.ponticello.http.RequestHead;
import java.net.URLDecoder;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrpcFieldsTest {
    private static RequestHead request(int version, String type) {
        RequestHead head = new RequestHead();
        head.setMajorVersion(version);
        head.headers().add(HeaderName.CONTENT_TYPE, type);
        return head;
    }

    @Test
    void aCallIsKnownByItsTypeOverHttp2() {
        for (String type : List.of("application/grpc", "application/grpc+proto", "Application/GRPC+json",
                "application/grpc; charset=utf-8", "application/grpc ;a")) {
            assertThat(GrpcFields.isCall(request(2, type))).as(type).isTrue();
            assertThat(GrpcFields.isCall(request(1, type))).as(type).isFalse();
        }
        for (String type : List.of("", "application/grp", "application/grpc-web", "application/grpc-web+proto",
                "application/grpcx", "xapplication/grpc", "application/json")) {
            assertThat(GrpcFields.isCall(request(2, type))).as(type).isFalse();
        }
        assertThat(GrpcFields.isCall(new RequestHead())).isFalse();
    }

    @Test
    void aCallStaysOneWhateverPoliciesDoToItsType() {
        RequestHead head = request(2, "application/grpc");
        head.headers().markArrived();
        head.headers().set(HeaderName.CONTENT_TYPE, "text/plain");
        assertThat(GrpcFields.isCall(head)).isTrue();
        assertThat(GrpcFields.isMessage(head.headers())).isFalse();
    }

    @Test
    void readsAStatusThatIsANumber() {
        assertThat(status("0")).isEqualTo(0);
        assertThat(status("16")).isEqualTo(16);
        assertThat(status("014")).isEqualTo(14);
        assertThat(status("999999999")).isEqualTo(999_999_999);
        for (String none : List.of("", "OK", "-1", "+1", "1 4", "1,4", "14.0", "0x0", "1000000000",
                "99999999999999999999")) {
            assertThat(status(none)).as(none).isEqualTo(GrpcFields.NO_STATUS);
        }
        assertThat(GrpcFields.status(new Headers())).isEqualTo(GrpcFields.NO_STATUS);
    }

    private static int status(String value) {
        Headers headers = new Headers();
        headers.add(GrpcFields.STATUS, value);
        return GrpcFields.status(headers);
    }

    @Test
    void encodesWhatIsNotPlain() {
        assertThat(GrpcFields.percentEncoded("Not found")).isEqualTo("Not found");
        assertThat(GrpcFields.percentEncoded("100 %\r\nx: ✗\u007f\0")).isEqualTo("100 %25%0D%0Ax: %E2%9C%97%7F%00");
        String all = "\u0000…\u00ff~ }%41";
        assertThat(URLDecoder.decode(GrpcFields.percentEncoded(all), UTF_8)).isEqualTo(all);
    }
}
