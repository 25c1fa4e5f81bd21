// The page without a mouse: Tab stops at everything that can be used, in reading order, and shows where.

// WCAG 2.2 asks for 24 px (2.5.8); a button is what a finger on a tablet has to hit.
const SMALLEST = { link: 24, button: 44 };

export const stopsAtEverythingInOrder = {
  name: 'Tab stops at everything that can be used, in reading order',
  async find(page) {
    const { stops, expected, after } = await walk(page);
    const findings = [];
    expected.forEach((name, place) => {
      if (stops[place].place !== place) findings.push(`stop ${place + 1} is ${stops[place].name}, not ${name}`);
    });
    if (after > 0) findings.push('Tab does not leave the page after its last stop');
    return findings;
  },
};

export const showsWhereTheFocusIs = {
  name: 'the focus can be seen',
  async find(page) {
    const { stops } = await walk(page);
    return stops.flatMap(({ name, outline, isCovered }) => [
      ...(outline < 2 ? [`${name} has an outline of ${outline} px`] : []),
      ...(isCovered ? [`${name} is outside the screen or covered`] : []),
    ]);
  },
};

export const targetsAreLargeEnough = {
  name: 'links and buttons are large enough to hit',
  async find(page) {
    const { stops } = await walk(page);
    return stops.flatMap(({ name, target, width, height }) =>
      target && Math.min(width, height) < SMALLEST[target]
        ? [`${name} is ${width} x ${height} px, a ${target} needs ${SMALLEST[target]}`]
        : [],
    );
  },
};

// Presses Tab once for each thing that can be used, and notes what it meets.
async function walk(page) {
  const expected = await page.evaluate(() => {
    const usable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const moves = ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth;
    const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) && moves(element);
    window.stopList = [...document.body.querySelectorAll('*')]
      .filter((element) => element.matches(usable) || scrolls(element))
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.disabled);
    return window.stopList.map(nameOf);
  });
  const stops = [];
  for (let count = 0; count < expected.length; count += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(describeFocus));
  }
  await page.keyboard.press('Tab');
  const after = await page.evaluate(() => window.stopList.indexOf(document.activeElement));
  return { expected, stops, after };
}

// Runs inside the page.
function describeFocus() {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  // The middle of the part that is on the screen.
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const isDrawn = style.outlineStyle !== 'none' && style.outlineColor !== 'rgba(0, 0, 0, 0)';
  const isButton = element.matches('button, summary, input, select, textarea, [role=button]');
  return {
    place: window.stopList.indexOf(element),
    name: nameOf(element),
    // Only an outline counts: forced colours take shadows and backgrounds away.
    outline: isDrawn ? parseFloat(style.outlineWidth) : 0,
    isCovered: left >= right || top >= bottom || !element.contains(met),
    target: isButton ? 'button' : element.matches('a[href]') ? 'link' : null,
    width: Math.round(box.width),
    height: Math.round(box.height),
  };
}
