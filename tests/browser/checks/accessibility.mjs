// The rules of WCAG 2.2 A and AA that a machine can decide, and the good habits that axe knows.
import { AxeBuilder } from '@axe-core/playwright';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const breaksNoAccessibilityRule = {
  name: 'axe finds no violation',
  async find(page) {
    const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).withTags(TAGS);
    const { violations } = await axe.analyze();
    return violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${rule.help} (${node.target.join(' ')})`),
    );
  },
};
