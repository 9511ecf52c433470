package dev.sana4j.pipeline;

import dev.sana4j.pipeline.request.GenerationListener;
import java.util.function.BooleanSupplier;

/**
 * Passes the callbacks of one call to its listener until the call has ended, and cancels the
 * generation then. A call ends early if it is cancelled, times out or its pipeline is closed.
 */
final class CallListener implements GenerationListener {
  private final GenerationListener listener;
  private final BooleanSupplier ended;

  CallListener(GenerationListener listener, BooleanSupplier ended) {
    this.listener = listener;
    this.ended = ended;
  }

  @Override
  public boolean onProgress(Progress progress) {
    return !ended.getAsBoolean() && listener.onProgress(progress) && !ended.getAsBoolean();
  }

  @Override
  public void onNote(int request, String note) {
    if (!ended.getAsBoolean()) {
      listener.onNote(request, note);
    }
  }

  @Override
  public Previews previews() {
    return ended.getAsBoolean() ? Previews.NONE : listener.previews();
  }

  @Override
  public void onPreview(Preview preview) {
    if (!ended.getAsBoolean()) {
      listener.onPreview(preview);
    }
  }
}
