/** Training of an autoencoder. */
@NullMarked
package dev.sana4j.train.autoencoder;

import org.jspecify.annotations.NullMarked;
