import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Exits with 0 if two image files have the same size and pixels. */
public final class SamePixels {
  private SamePixels() {}

  public static void main(String[] files) throws IOException {
    BufferedImage one = ImageIO.read(new File(files[0]));
    BufferedImage other = ImageIO.read(new File(files[1]));
    boolean same = one.getWidth() == other.getWidth() && one.getHeight() == other.getHeight();
    for (int y = 0; same && y < one.getHeight(); y++) {
      for (int x = 0; same && x < one.getWidth(); x++) {
        same = one.getRGB(x, y) == other.getRGB(x, y);
      }
    }
    System.exit(same ? 0 : 1);
  }
}
