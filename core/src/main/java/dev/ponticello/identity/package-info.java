/** Who a request comes from: JSON Web Tokens, checked strictly, and the claims that they make. */
@NullMarked
package dev.ponticello.identity;

import org.jspecify.annotations.NullMarked;
