package dev.sana4j.server.jobs;

import dev.sana4j.server.store.JobStore;
import dev.sana4j.server.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A store on a disk that can be full. */
public final class FailingStore {
  private final Set<String> failing = ConcurrentHashMap.newKeySet();
  private final JobStore store;

  /** Wraps a store. */
  public FailingStore(JobStore real) {
    store =
        (JobStore)
            Proxy.newProxyInstance(
                JobStore.class.getClassLoader(),
                new Class<?>[] {JobStore.class},
                (proxy, method, arguments) -> {
                  if (failing.contains(method.getName())) {
                    throw new StoreException("the disk is full; free some space");
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
  }

  /** Returns the store. */
  public JobStore store() {
    return store;
  }

  /** Lets methods fail from now on. */
  public void fail(String... methods) {
    failing.addAll(Set.of(methods));
  }

  /** Lets all methods work again. */
  public void recover() {
    failing.clear();
  }
}
