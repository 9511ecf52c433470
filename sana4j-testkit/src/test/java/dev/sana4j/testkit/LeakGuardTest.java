package dev.sana4j.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sana4j.tensor.DType;
import dev.sana4j.tensor.Device;
import dev.sana4j.tensor.Tensor;
import dev.sana4j.tensor.Tensors;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

class LeakGuardTest {
  private final LeakGuard guard = new LeakGuard();

  private static Tensor one() {
    return Tensors.full(1, DType.FLOAT32, Device.CPU, 1);
  }

  @Test
  void aTensorLeftAliveFailsTheTestAndShowsItsBirth() {
    ExtensionContext context = context(null);
    guard.beforeEach(context);
    try (Tensor leaked = one()) {
      assertThatThrownBy(() -> guard.afterEach(context))
          .as("%s", leaked)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("1 tensors leaked")
          .hasMessageContaining("LeakGuardTest.one");
    }
  }

  @Test
  void whatLivedBeforeOrIsClosedIsNoLeak() {
    ExtensionContext context = context(null);
    try (Tensor before = one()) {
      guard.beforeEach(context);
      before.add(1).close();
      assertThatCode(() -> guard.afterEach(context)).doesNotThrowAnyException();
    }
  }

  @Test
  void aLeakedTensorIsSeenEvenIfAsManyWereClosed() {
    ExtensionContext context = context(null);
    Tensor before = one();
    guard.beforeEach(context);
    before.close();
    try (Tensor leaked = one()) {
      assertThatThrownBy(() -> guard.afterEach(context))
          .as("%s", leaked)
          .isInstanceOf(AssertionError.class);
    }
  }

  @Test
  void aLeakDoesNotHideTheFailureThatCausedIt() {
    ExtensionContext context = context(new IllegalStateException("the test's own failure"));
    guard.beforeEach(context);
    try (Tensor leaked = one()) {
      assertThatCode(() -> guard.afterEach(context)).as("%s", leaked).doesNotThrowAnyException();
    }
  }

  /** The parts of JUnit that the guard uses: a store, an id, and the result of the test. */
  private static ExtensionContext context(@Nullable Throwable failure) {
    Map<Object, Object> stored = new HashMap<>();
    Store store =
        proxy(
            Store.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "put" -> stored.put(arguments[0], arguments[1]);
                  case "get" -> stored.get(arguments[0]);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    return proxy(
        ExtensionContext.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getStore" -> store;
              case "getUniqueId" -> "test";
              case "getExecutionException" -> Optional.ofNullable(failure);
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
