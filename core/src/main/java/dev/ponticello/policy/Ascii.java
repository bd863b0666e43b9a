package dev.ponticello.policy;

/** Words in the bytes of a field's value, compared without making strings. */
final class Ascii {
    private Ascii() {}

    /** Whether the range is the word, which is in lower case, in any case of its letters. */
    static boolean is(String word, byte[] in, int from, int to) {
        return to - from == word.length() && begins(word, in, from, to);
    }

    /** Whether the range begins with the word, which is in lower case, in any case of its letters. */
    static boolean begins(String word, byte[] in, int from, int to) {
        if (to - from < word.length()) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            byte b = in[from + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the range ends with the word, which is in lower case, in any case of its letters. */
    static boolean ends(String word, byte[] in, int from, int to) {
        return to - from >= word.length() && begins(word, in, to - word.length(), to);
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
