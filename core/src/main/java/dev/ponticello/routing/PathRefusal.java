package dev.ponticello.routing;

/** Why a path has no canonical form; each reason is a 400. */
public enum PathRefusal {

    /** Empty, or without a slash in front. */
    NOT_ABSOLUTE("does not begin with a slash"),

    /** {@code ..} in any spelling, also one that ends at a parameter or at an encoded slash. */
    PARENT_SEGMENT("contains a '..' segment"),

    /** {@code .;x}, {@code .%2Fx} and the like: a {@code .} segment to some readers and data to others. */
    AMBIGUOUS_SEGMENT("contains a '.' segment with a parameter or an encoded slash"),

    /** {@code %2F}, unless the listener keeps it. */
    ENCODED_SLASH("contains an encoded slash"),

    /** A backslash, raw or as {@code %5C}. */
    BACKSLASH("contains a backslash"),

    /** U+0000 to U+001F or U+007F to U+009F, raw or encoded. */
    CONTROL_CHARACTER("contains a control character"),

    /** A raw space. */
    SPACE("contains a space"),

    /** A raw {@code #} or {@code ?}: what follows is no part of a path. */
    DELIMITER("contains a '#' or '?'"),

    /** A raw byte from 0x80 on. */
    NOT_ASCII("contains a byte outside ASCII"),

    /** {@code %} without two hexadecimal digits after it. */
    BAD_ESCAPE("contains a '%' without two hexadecimal digits"),

    /** Escapes that are no UTF-8: overlong, cut, a surrogate, or above U+10FFFF. */
    BAD_UTF8("contains escapes that are not valid UTF-8"),

    /** A raw {@code ;}, unless the listener allows parameters. */
    PARAMETER("contains a ';'"),

    /** Something that is refused appears when {@code %25} is decoded again. */
    HIDDEN_BY_ENCODING("hides a '..' segment, a slash, a backslash or a control character by encoding it twice");

    private final String reason;
    private final String sentence;

    PathRefusal(String reason) {
        this.reason = reason;
        this.sentence = "The path " + reason;
    }

    /** The reason as the end of a sentence that begins with the path. */
    String reason() {
        return reason;
    }

    /** The reason as a plain sentence for the one who sent the path. */
    public String sentence() {
        return sentence;
    }
}
