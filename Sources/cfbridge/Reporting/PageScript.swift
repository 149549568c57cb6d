/// The script of a page: what a day's column means, under a pointer, a finger or the arrow keys.
///
/// Without it nothing but that is missing. It loads nothing and keeps nothing.
enum PageScript {
  static let text = """
    'use strict';
    const data = JSON.parse(document.getElementById('data').textContent);
    const count = (n) => n.toLocaleString('en-US');
    const span = (ms) => ms < 1000 ? `${ms} ms` : ms < 60000 ? `${Math.round(ms / 100) / 10} s`
      : ms < 3600000 ? `${Math.round(ms / 6000) / 10} min` : `${Math.round(ms / 360000) / 10} h`;
    const rows = {
      paths: (day) => [...day.distributions.map((one) => [one.id, count(one.paths)]),
        ['all', `${count(day.paths)}, $${day.dollars}`], ['billed', `$${day.billedDollars}`]],
      saved: (day) => [['saved', `${count(day.savedPaths)}, $${day.savedDollars}`],
        ['sent', count(day.paths)]],
      lag: (day) => day.lag ? [['50 %', span(day.lag.p50)], ['90 %', span(day.lag.p90)],
        ['99 %', span(day.lag.p99)], ['all', span(day.lag.max)]] : [['nothing accepted', '']],
      failures: (day) => [['failures', count(day.failures)], ['throttled', count(day.throttled)]],
    };
    for (const chart of document.querySelectorAll('.chart')) {
      const plot = chart.querySelector('.plot');
      const tell = rows[chart.dataset.chart];
      if (!tell || !data.days || !data.days.length) continue;
      let tip, cursor, shown = -1;
      const hide = () => { tip?.remove(); cursor?.remove(); tip = cursor = undefined; shown = -1; };
      const show = (index) => {
        if (index === shown || index < 0 || index >= data.days.length) return;
        hide();
        shown = index;
        const day = data.days[index], width = 100 / data.days.length;
        cursor = document.createElement('div');
        cursor.className = 'cursor';
        cursor.style.left = `${index * width}%`;
        cursor.style.width = `${width}%`;
        plot.append(cursor);
        tip = document.createElement('div');
        tip.className = 'tip';
        for (const [name, value] of [[day.day, ''], ...tell(day)]) {
          const row = document.createElement('div');
          for (const text of [name, value]) {
            const part = document.createElement('span');
            part.textContent = text;
            row.append(part);
          }
          tip.append(row);
        }
        tip.style[index * 2 < data.days.length ? 'right' : 'left'] = '1rem';
        chart.append(tip);
      };
      plot.addEventListener('pointermove', (event) => {
        const box = plot.getBoundingClientRect();
        show(Math.floor((event.clientX - box.left) / box.width * data.days.length));
      });
      plot.addEventListener('pointerleave', hide);
      chart.addEventListener('blur', hide);
      chart.addEventListener('keydown', (event) => {
        const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
        if (event.key === 'Escape') hide();
        if (!step) return;
        event.preventDefault();
        show(shown < 0 ? (step > 0 ? 0 : data.days.length - 1) : shown + step);
      });
    }
    // On paper everything is open.
    addEventListener('beforeprint', () => {
      for (const part of document.querySelectorAll('details')) part.open = true;
    });
    """
}
