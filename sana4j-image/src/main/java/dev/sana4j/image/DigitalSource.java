package dev.sana4j.image;

/**
 * What kind of image it is, in the words of the IPTC.
 *
 * <p>Source: IPTC NewsCodes "Digital Source Type", http://cv.iptc.org/newscodes/digitalsourcetype/.
 */
public enum DigitalSource {
  /** Made by a trained model. */
  TRAINED_ALGORITHMIC_MEDIA("trainedAlgorithmicMedia"),
  /** An image of another kind, of which a trained model made a part. */
  COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA("compositeWithTrainedAlgorithmicMedia");

  private static final String VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/";

  private final String term;

  DigitalSource(String term) {
    this.term = term;
  }

  /**
   * The term of the vocabulary.
   *
   * @return a URI
   */
  public String uri() {
    return VOCABULARY + term;
  }
}
