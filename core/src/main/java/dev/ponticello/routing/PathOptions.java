package dev.ponticello.routing;

/**
 * What a listener lets through in a path beyond the strict form.
 *
 * @param pathParameters whether a raw {@code ;} may stand in a segment, as part of that segment; default false
 * @param encodedSlash   whether {@code %2F} is kept as data inside its segment; default false
 */
public record PathOptions(boolean pathParameters, boolean encodedSlash) {

    /** Nothing beyond the strict form: the default of every listener. */
    public static final PathOptions STRICT = new PathOptions(false, false);
}
