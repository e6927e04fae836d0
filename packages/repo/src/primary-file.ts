/** The files that primary.xml names, so that most clients need no filelists (createrepo_c, yum's rule). */
export function isPrimaryFile(path: string): boolean {
  return path.startsWith('/etc/') || path === '/usr/lib/sendmail' || path.includes('bin/');
}
