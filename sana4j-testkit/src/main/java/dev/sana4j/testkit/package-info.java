/**
 * Test helpers shared by all modules: the leak guard, which is always active, assertions on
 * tensors, and a fake hub.
 */
@NullMarked
package dev.sana4j.testkit;

import org.jspecify.annotations.NullMarked;
