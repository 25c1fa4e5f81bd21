// Texts that programs have stumbled over, one or more of each kind that collections of them know.
export const NAUGHTY = [
  // Nothing, and words that mean nothing to machines.
  '', ' ', '\t\n', 'undefined', 'null', 'NULL', '(null)', 'nil', 'true', 'NaN', '[object Object]', '\\', '\\\\',
  // Numbers that are none, too large, or not what they seem.
  '0', '-1', '1.00', '1e309', '-1/2', '0x0', '9223372036854775808', '999999999999999999999', '1,000.00', '٠١٢', '２０２６',
  '2026-02-30', '9999-12-31', '0000-00-00', '31.12.99999', '25:61',
  // Signs that have a meaning somewhere.
  '`~!@#$%^&*()_+-={}|[]:";\'<>?,./', "'", '"', "''", '"\'"\'"', '%', '%00', '%0a%0d', '&amp;', '{{7*7}}', '{{{this}}}', '${7*7}', '#{7*7}', '<%= 7 %>',
  // Scripts: alone, out of an attribute, out of a text area, out of a title.
  '<script>alert(1)</script>', '"><script>alert(1)</script>', "' onfocus='alert(1)' autofocus='", '" onmouseover="alert(1)" x="',
  '</textarea><script>alert(1)</script>', '</title><img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', 'javascript:alert(1)',
  '<iframe src="javascript:alert(1)"></iframe>', '<a href="data:text/html,<script>alert(1)</script>">x</a>', '--><!-- <script>alert(1)</script>',
  // For the database, the shell, the file system and the spreadsheet.
  "'; DROP TABLE contact; --", "1' OR '1'='1", '$(touch /tmp/x)', '`id`', '| ls', '../../../../etc/passwd', '..\\..\\boot.ini', 'CON', 'NUL.txt',
  '/dev/null', '=1+1', '@SUM(1+1)', '+cmd|x', '-2+3',
  // Headers.
  'a\r\nSet-Cookie: tridem_session=x', 'a\nLocation: https://evil.example',
  // Letters of the world, and those that cannot be seen.
  'Ümläüte und ẞ', '田中さん', 'الأطفال', 'שָׁלוֹם', 'Ⱥ', 'ﬁ', '𝒯𝓇𝒾𝒹𝑒𝓂', '👩‍👩‍👧‍👦', '🇩🇪🇷🇴', 'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮', '\u202Egnp.exe', '\u2066\u2067\u2069',
  '\u200B', '\uFEFF', '\u00A0', '\u00AD', 'a\u0000b', '\u0001\u0008\u007F', '\uD800', '\uFFFE', '\u2028\u2029',
  // Long.
  'a'.repeat(5_000), 'ä'.repeat(70_000), `${'('.repeat(2_000)}`, 'Wort '.repeat(3_000),
];
