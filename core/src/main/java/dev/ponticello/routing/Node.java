package dev.ponticello.routing;

import org.jspecify.annotations.Nullable;

/** What may follow the segments of a path that lead here. Built before its table is published, then only read. */
final class Node<T> {

    final ByteTable<Node<T>> literals = new ByteTable<>();

    /** For a segment that is not empty, whatever it is. */
    @Nullable
    Node<T> parameter;

    /** For a path that ends here. */
    @Nullable
    Leaf<T> end;

    /** For whatever follows, or nothing. */
    @Nullable
    Leaf<T> rest;

    /** The leaf where a pattern ends, made if there is none yet. */
    Leaf<T> leaf(PathPattern pattern) {
        Node<T> node = this;
        for (String segment : pattern.segments()) {
            if (segment.equals(PathPattern.REST)) {
                return node.restLeaf();
            }
            node = node.next(segment);
        }
        return node.endLeaf();
    }

    /** The node that a pattern's segment, a literal or a parameter, leads to; made if there is none yet. */
    Node<T> next(String segment) {
        boolean any = PathPattern.isParameter(segment);
        Node<T> next = any ? parameter : literals.get(segment);
        if (next == null) {
            next = new Node<>();
            if (any) {
                parameter = next;
            } else {
                literals.put(segment, next);
            }
        }
        return next;
    }

    private Leaf<T> endLeaf() {
        Leaf<T> leaf = end;
        if (leaf == null) {
            leaf = new Leaf<>();
            end = leaf;
        }
        return leaf;
    }

    private Leaf<T> restLeaf() {
        Leaf<T> leaf = rest;
        if (leaf == null) {
            leaf = new Leaf<>();
            rest = leaf;
        }
        return leaf;
    }
}
