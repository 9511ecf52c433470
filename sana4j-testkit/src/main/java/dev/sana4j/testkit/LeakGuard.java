package dev.sana4j.testkit;

import dev.sana4j.tensor.LiveTensors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves tensors open, and shows where each was created.
 *
 * <p>It is registered for every test with this module on its class path. A test class may keep
 * tensors open from {@code @BeforeAll} to {@code @AfterAll}; the class as a whole is checked as
 * well.
 */
public final class LeakGuard
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeakGuard.class);
  private static final int SHOWN = 3;

  /** Created by JUnit. */
  public LeakGuard() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    remember(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    remember(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    check(context);
  }

  private static void remember(ExtensionContext context) {
    context.getStore(NAMESPACE).put(context.getUniqueId(), LiveTensors.births());
  }

  private static void check(ExtensionContext context) {
    List<?> before = context.getStore(NAMESPACE).get(context.getUniqueId(), List.class);
    List<Throwable> leaked = new ArrayList<>(LiveTensors.births());
    leaked.removeAll(before == null ? List.of() : before);
    if (!leaked.isEmpty() && context.getExecutionException().isEmpty()) {
      throw new AssertionError(describe(leaked));
    }
  }

  private static String describe(List<Throwable> leaked) {
    StringWriter text = new StringWriter();
    try (PrintWriter writer = new PrintWriter(text)) {
      writer.println(leaked.size() + " tensors leaked; the first were created here:");
      leaked.stream().limit(SHOWN).forEach(birth -> birth.printStackTrace(writer));
    }
    return text.toString();
  }
}
