/**
 * Specs whose packages have everything that takes part in a database: each kind of relation, plain and rich, relations
 * for single scriptlets, each kind of trigger, files of all kinds. `rpmbuild` makes packages of format 4 or 6 of them.
 */
export const databaseSpecs: Readonly<Record<string, string>> = {
  everything: `
Name: everything
Epoch: 3
Version: 1.0~rc1^git2
Release: 1
Summary: Everything that a database records
License: MIT
Prefix: /usr/everything
Provides: virtual = 3:4, plain, with(parentheses) = 2
Requires: plain, versioned >= 1:2-3, (rich or (other and third)), (a if b), (a if b else c), (x with y), (x without z)
Requires: ((n1 or n2) and (n3 if (n4 or n5)))
Requires(pre): only-pre
Requires(post): only-post
Requires(preun): only-preun
Requires(postun): only-postun
Requires(pretrans): only-pretrans
Requires(posttrans): only-posttrans
Requires(preuntrans): only-preuntrans
Requires(postuntrans): only-postuntrans
Requires(verify): only-verify
Requires(meta): only-meta
Requires(pre,postun): pre-and-postun
Requires(meta,pre): meta-and-pre
Conflicts: enemy < 2, (enemy-a with enemy-b), (p unless q), (p unless q else r)
Obsoletes: ancient <= 3
Recommends: nice, (nicer if nicest)
Suggests: perhaps, (perhaps1 or perhaps2)
Supplements: (everything and desktop), (s1 unless s2)
Enhances: thing, (thing1 or thing2)
OrderWithRequires: later

%description
%{summary}.

%install
mkdir -p %{buildroot}/usr/everything/dir %{buildroot}/etc %{buildroot}/usr/share/doc
echo one > %{buildroot}/usr/everything/linked
ln %{buildroot}/usr/everything/linked %{buildroot}/usr/everything/link2
ln %{buildroot}/usr/everything/linked %{buildroot}/usr/everything/link3
ln -s linked %{buildroot}/usr/everything/symlink
echo two > %{buildroot}/etc/everything.conf
echo three > %{buildroot}/usr/everything/caps
echo four > %{buildroot}/usr/everything/german
echo five > %{buildroot}/usr/share/doc/everything.txt

%pre
exit 0
%post -p <lua>
x = 1
%preun
exit 0
%postun -p /sbin/ldconfig
%pretrans -p <lua>
x = 2
%posttrans
exit 0
%preuntrans
exit 0
%postuntrans
exit 0
%verifyscript
exit 0
%triggerprein -- t1
exit 0
%triggerin -- t1, t2 > 3
exit 0
%triggerun -- t3
exit 0
%triggerpostun -- t1, t4
exit 0
%filetriggerin -P 5 -- /usr/lib /usr/share /usr/lib
cat
%filetriggerun -- /usr/lib, /opt
cat
%filetriggerpostun -- /usr/bin
cat
%transfiletriggerin -P 7 -- /usr/lib, /usr/lib64
cat
%transfiletriggerun -- /usr/share
cat
%transfiletriggerpostun -- /opt
cat

%files
%dir /usr/everything
/usr/everything/dir
/usr/everything/link*
/usr/everything/symlink
%config(noreplace) /etc/everything.conf
%ghost /etc/everything.state
%attr(0755,root,root) %caps(cap_net_raw=ep) /usr/everything/caps
%lang(de) /usr/everything/german
%doc /usr/share/doc/everything.txt
%ghost %dir /var/everything
`,
  'no-files': `
Name: no-files
Version: 1
Release: 1
Summary: A package without files
License: MIT
Group: Some/Group
BuildArch: noarch
Requires: everything

%description
%{summary}.

%files
`,
};
