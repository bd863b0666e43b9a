package dev.ponticello.identity;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the header and the claims of a token: one JSON object in UTF-8, without a byte order mark, without two members
 * of one name in any object (RFC 7515 §5.2, RFC 7519 §7.2). Reads without recursion; numbers stay text.
 *
 * <table>
 * <caption>Limits</caption>
 * <tr><th>what</th><th>at most</th></tr>
 * <tr><td>nesting, the outermost object being 1</td><td>64</td></tr>
 * <tr><td>characters of a number</td><td>128</td></tr>
 * </table>
 */
public final class StrictJson {
    private static final int MAX_NESTING = 64;
    private static final int MAX_NUMBER_CHARS = 128;

    // Names are not kept for later parsers: they come from whoever sends a token.
    private static final JsonFactory FACTORY = factory(false);
    private static final JsonFactory OF_ISSUERS = factory(true);

    private StrictJson() {}

    private static JsonFactory factory(boolean keepsNames) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .configure(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES, keepsNames)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .build())
                .build();
    }

    /** The members of the object, or null if the bytes are anything else. */
    public static @Nullable Claims read(byte[] utf8) {
        return read(FACTORY, utf8);
    }

    /** The same for what a known issuer has signed: names are shared with what was read before, up to 12,000. */
    static @Nullable Claims readSigned(byte[] utf8) {
        return read(OF_ISSUERS, utf8);
    }

    private static @Nullable Claims read(JsonFactory factory, byte[] utf8) {
        // Decoded here, because the parser would guess UTF-16 and UTF-32, skip a byte
        // order mark and let wrong UTF-8 through.
        CharBuffer chars = CharBuffer.allocate(utf8.length);
        if (StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8), chars, true).isError()) {
            return null;
        }
        chars.flip();
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), chars.array(), 0, chars.remaining())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Claims object = object(parser);
            return parser.nextToken() == null ? object : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** A parser as strict as {@link #read}, for JSON of another shape; it throws {@link JacksonException}. */
    static JsonParser parser(String json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /** The members of the object that the parser has just entered; it stands at the end of the object then. */
    static Claims object(JsonParser parser) {
        Map<String, Claim> members = new HashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            members.put(name, value(parser));
        }
        return new Claims(Map.copyOf(members));
    }

    private static Claim value(JsonParser parser) {
        return switch (parser.nextToken()) {
            case VALUE_STRING -> new Claim.Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Claim.Numeral(parser.getString());
            case VALUE_TRUE -> Claim.Plain.TRUE;
            case VALUE_FALSE -> Claim.Plain.FALSE;
            case VALUE_NULL -> Claim.Plain.NULL;
            case START_ARRAY -> list(parser);
            default -> {
                parser.skipChildren();
                yield Claim.Plain.OTHER;
            }
        };
    }

    private static Claim list(JsonParser parser) {
        List<String> texts = new ArrayList<>();
        boolean onlyTexts = true;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token == JsonToken.VALUE_STRING) {
                texts.add(parser.getString());
            } else {
                onlyTexts = false;
                parser.skipChildren();
            }
        }
        return onlyTexts ? new Claim.Texts(texts) : Claim.Plain.OTHER;
    }
}
