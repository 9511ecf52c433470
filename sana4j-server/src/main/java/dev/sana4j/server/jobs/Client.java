package dev.sana4j.server.jobs;

/**
 * A client: the owner of jobs, and the unit of fair queueing.
 *
 * @param name of a key or an address, never the key itself; all jobs of a name share one place in
 *     the queue
 * @param session what distinguishes the programs behind one name, such as two browsers; empty if
 *     the client does not say
 */
public record Client(String name, String session) {
  /**
   * Creates a client that does not name its session.
   *
   * @param name of a key or an address
   */
  public Client(String name) {
    this(name, "");
  }

  /**
   * Returns whether another client has the same key or address.
   *
   * @param other a client
   * @return true if their names are equal, whatever their sessions
   */
  public boolean sharesNameWith(Client other) {
    return name.equals(other.name);
  }
}
