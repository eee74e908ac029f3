#include "cli/prepare.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/client.h"
#include "cli/show.h"

/* What is filled into a script. Each is quoted for the language that it goes to: a room's
 * name is whatever somebody called it. */
struct preparation {
	struct arena *a;
	const json_t *link;
	const char **mailboxes;
	size_t n;
};

/* PowerShell's text, of ASCII alone: it ends at curly quotes too, and Windows PowerShell
 * reads a file without a byte order mark in the machine's own code page, where bytes of UTF-8
 * are such quotes. */
static void
put_powershell(struct buf *b, const char *s)
{
	size_t n = strlen(s), used;
	unsigned c;
	buf_add(b, "('", 2);
	for (size_t i = 0; i < n; i += used) {
		used = utf8_next(s + i, n - i, &c);
		if (c == '\'')
			buf_add(b, "''", 2);
		else if (c < 0x80)
			buf_add(b, s + i, 1);
		else if (c < 0x10000)
			buf_printf(b, "' + [char]0x%04X + '", c);
		else
			buf_printf(b, "' + [char]0x%04X + [char]0x%04X + '",
				0xD800 + ((c - 0x10000) >> 10),
				0xDC00 + ((c - 0x10000) & 0x3FF));
	}
	buf_add(b, "')", 2);
}

/* A POSIX shell's. */
static void
put_shell(struct buf *b, const char *s)
{
	buf_add(b, "'", 1);
	for (; *s != '\0'; s++)
		if (*s == '\'')
			buf_add(b, "'\\''", 4);
		else
			buf_add(b, s, 1);
	buf_add(b, "'", 1);
}

static void
put_rooms(struct buf *b, const struct preparation *p,
	void (*put)(struct buf *b, const char *s), const char *before)
{
	for (size_t i = 0; i < p->n; i++) {
		buf_printf(b, "%s", before);
		put(b, p->mailboxes[i]);
		buf_printf(b, "\n");
	}
}

/* What every script for Exchange begins with. */
static void
put_head(struct buf *b, const struct preparation *p, const char *where, const char *more)
{
	const char *name = show_get(p->a, p->link, "name");
	buf_printf(b,
		"# Convoke: lets link %s read the rooms below, and no others.\n"
		"# Read it first. Save it as prepare.ps1 and run it in %s:\n"
		"#   .\\prepare.ps1           grants, and has Exchange keep the text of invites\n"
		"#   .\\prepare.ps1 -Check    shows what holds\n"
		"#   .\\prepare.ps1 -Undo     takes it back, with the settings that were there\n"
		"# Then, where Convoke runs: convoke link test %s\n"
		"param([switch]$Check, [switch]$Undo%s)\n"
		"$ErrorActionPreference = 'Stop'\n"
		"$user = ",
		name, where, name, more);
	put_powershell(b, show_get(p->a, p->link, "user"));
	buf_printf(b, "\n$name = 'Convoke %s'\n$before = 'convoke-%s-before.xml'\n$rooms = @(\n",
		name, name);
	put_rooms(b, p, put_powershell, "  ");
	buf_printf(b, ")\n\n");
}

/* The settings that keep the text of what is booked from now on. */
static const char keep_text[] =
	"if (-not (Test-Path $before)) {\n"
	"  $rooms | ForEach-Object { Get-CalendarProcessing -Identity $_ |\n"
	"    Select-Object @{n='Room'; e={$_.Identity.ToString()}}, DeleteComments, DeleteSubject,\n"
	"      AddOrganizerToSubject, RemovePrivateProperty } | Export-Clixml $before\n"
	"}\n"
	"foreach ($room in $rooms) {\n"
	"  Set-CalendarProcessing -Identity $room -DeleteComments $false -DeleteSubject $false `\n"
	"    -AddOrganizerToSubject $false -RemovePrivateProperty $false\n"
	"}\n";
static const char show_text[] =
	"  $rooms | ForEach-Object { Get-CalendarProcessing -Identity $_ } | Format-Table Identity,\n"
	"    DeleteComments, DeleteSubject, AddOrganizerToSubject, RemovePrivateProperty\n"
	"  return\n}\n";
static const char restore_text[] =
	"  if (Test-Path $before) {\n"
	"    Import-Clixml $before | ForEach-Object { Set-CalendarProcessing -Identity $_.Room `\n"
	"      -DeleteComments $_.DeleteComments -DeleteSubject $_.DeleteSubject `\n"
	"      -AddOrganizerToSubject $_.AddOrganizerToSubject `\n"
	"      -RemovePrivateProperty $_.RemovePrivateProperty }\n"
	"    Remove-Item $before\n"
	"  }\n"
	"  return\n}\n";

/* The calendar is called in the mailbox's own language. */
static const char by_permission[] =
	"function Get-RoomCalendar($room) {\n"
	"  $folder = Get-MailboxFolderStatistics -Identity $room -FolderScope Calendar |\n"
	"    Where-Object { $_.FolderType -eq 'Calendar' }\n"
	"  \"${room}:\\$($folder.Name)\"\n"
	"}\n\n";

static void
prepare_delegation(struct buf *b, const struct preparation *p)
{
	put_head(b, p, "the Exchange Management Shell", "");
	buf_printf(b, "%s", by_permission);
	buf_printf(b,
		"if ($Check) {\n"
		"  foreach ($room in $rooms) {\n"
		"    Get-MailboxFolderPermission -Identity (Get-RoomCalendar $room) -User $user\n"
		"  }\n%s\n"
		"if ($Undo) {\n"
		"  foreach ($room in $rooms) {\n"
		"    Remove-MailboxFolderPermission -Identity (Get-RoomCalendar $room) -User $user `\n"
		"      -Confirm:$false\n"
		"  }\n%s\n"
		"foreach ($room in $rooms) {\n"
		"  Add-MailboxFolderPermission -Identity (Get-RoomCalendar $room) -User $user `\n"
		"    -AccessRights Reviewer\n"
		"}\n%s",
		show_text, restore_text, keep_text);
}

/* A scope is the members of a group: a filter of hundreds of addresses would be too long. */
static const char make_scope[] =
	"$group = New-DistributionGroup -Name $name -Type Security -Members $rooms\n"
	"$members = \"MemberOfGroup -eq '$($group.DistinguishedName.Replace(\"'\", \"''\"))'\"\n"
	"New-ManagementScope -Name $name -RecipientRestrictionFilter $members | Out-Null\n";
static const char drop_scope[] =
	"  Remove-ManagementRoleAssignment -Identity $name -Confirm:$false\n"
	"  Remove-ManagementScope -Identity $name -Confirm:$false\n"
	"  Remove-DistributionGroup -Identity $name -Confirm:$false\n";

static void
prepare_impersonation(struct buf *b, const struct preparation *p)
{
	put_head(b, p, "the Exchange Management Shell", "");
	buf_printf(b,
		"if ($Check) {\n"
		"  Get-ManagementRoleAssignment -Identity $name | Format-List Role, RoleAssignee,\n"
		"    CustomRecipientWriteScope\n"
		"  Get-DistributionGroupMember -Identity $name -ResultSize Unlimited\n%s\n"
		"if ($Undo) {\n%s%s\n%s"
		"New-ManagementRoleAssignment -Name $name -Role ApplicationImpersonation -User $user `\n"
		"  -CustomRecipientWriteScope $name | Out-Null\n%s"
		"'It may take an hour until the role holds.'\n",
		show_text, drop_scope, restore_text, make_scope, keep_text);
}

static void
prepare_exchange(struct buf *b, const struct preparation *p)
{
	if (json_is_true(json_object_get(p->link, "impersonate")))
		prepare_impersonation(b, p);
	else
		prepare_delegation(b, p);
}

static void
prepare_office365(struct buf *b, const struct preparation *p)
{
	put_head(b, p, "Exchange Online PowerShell (Connect-ExchangeOnline)",
		", [string]$ObjectId");
	buf_printf(b,
		"if ($Check) {\n"
		"  foreach ($room in $rooms) {\n"
		"    Test-ServicePrincipalAuthorization -Identity $user -Resource $room |\n"
		"      Format-Table RoleName, GrantedPermissions, AllowedResourceScope, InScope\n"
		"  }\n%s\n"
		"if ($Undo) {\n%s%s\n"
		"# Do not grant Calendars.Read in Entra as well: the wider one would win.\n"
		"if (-not $ObjectId) {\n"
		"  throw 'Add -ObjectId: the Object ID that Entra shows under Enterprise applications'\n"
		"}\n"
		"if (-not (Get-ServicePrincipal | Where-Object { $_.AppId -eq $user })) {\n"
		"  New-ServicePrincipal -AppId $user -ObjectId $ObjectId -DisplayName $name | Out-Null\n"
		"}\n%s"
		"New-ManagementRoleAssignment -Name $name -App $user -Role 'Application Calendars.Read' `\n"
		"  -CustomResourceScope $name | Out-Null\n%s"
		"'It takes from 30 minutes to 2 hours until Graph acts on it.'\n",
		show_text, drop_scope, restore_text, make_scope, keep_text);
}

static void
put_plain(struct buf *b, const char *s)
{
	buf_printf(b, "%s", s);
}

static void
prepare_google(struct buf *b, const struct preparation *p)
{
	const char *name = show_get(p->a, p->link, "name");
	const char *user = show_get(p->a, p->link, "user");
	const char *subject = show_get(p->a, p->link, "subject");
	if (*subject != '\0')
		buf_printf(b,
			"Once, at admin.google.com > Security > Access and data control > API "
			"controls >\nDomain-wide delegation > Add new: the client ID (a number) of "
			"%s\n(client_id in its key file), and exactly this scope:\n\n"
			"    https://www.googleapis.com/auth/calendar.events.readonly\n\n",
			user);
	buf_printf(b,
		"For each calendar below, at calendar.google.com > the room > Settings and "
		"sharing >\nShare with specific people: add %s, with \"See all event details\"\n"
		"(or \"Make changes to events\", when private meetings are to be joined, too).\n\n",
		*subject != '\0' ? subject : user);
	put_rooms(b, p, put_plain, "    ");
	buf_printf(b,
		"\nCheck:  convoke link test %s\n"
		"Undo:   remove the same address from each calendar's sharing%s.\n",
		name,
		*subject != '\0' ? ", and the client ID from\n        Domain-wide delegation" : "");
}

static void
prepare_caldav(struct buf *b, const struct preparation *p)
{
	buf_printf(b,
		"On the CalDAV server, let %s read each of these calendars, and no more:\n\n",
		show_get(p->a, p->link, "user"));
	put_rooms(b, p, put_plain, "    ");
	buf_printf(b, "\nCheck:  convoke link test %s\nUndo:   take the right away again.\n",
		show_get(p->a, p->link, "name"));
}

static void
prepare_ics(struct buf *b, const struct preparation *p)
{
	const char *name = show_get(p->a, p->link, "name");
	buf_printf(b,
		"# Convoke: a directory for each room of link %s, where its .ics and .eml files go.\n"
		"# Whoever writes them must be able to write there; the daemon only reads.\n"
		"# Check: convoke link test %s. Undo: the lines below with rmdir.\nset -e\ncd ",
		name, name);
	put_shell(b, show_get(p->a, p->link, "url"));
	buf_printf(b, "\n");
	put_rooms(b, p, put_shell, "mkdir -p -- ");
}

static const struct {
	const char *kind;
	void (*put)(struct buf *b, const struct preparation *p);
} kinds[] = {
	{"exchange", prepare_exchange},
	{"office365", prepare_office365},
	{"google", prepare_google},
	{"caldav", prepare_caldav},
	{"ics", prepare_ics},
};

static int
no_room(const char *room, const char *link)
{
	struct err err = {0};
	err_set(&err, ERR_ABSENT, "unknown_room", "link %.100s has no room %.100s", link, room);
	err_cure(&err,
		"`convoke room list` shows what there is; one that is not watched yet is given by "
		"its address.");
	return cli_fail(&err);
}

/* The rooms named, or all of the link's. An address stands for itself. */
static int
find_rooms(struct preparation *p, const struct cli_args *args, const json_t *rooms)
{
	const char *link = args->words[0];
	size_t i;
	json_t *room;
	p->mailboxes = arena_many(
		p->a, const char *, json_array_size(rooms) + args->n_words);
	for (size_t w = 1; w < args->n_words; w++) {
		const char *mailbox = strchr(args->words[w], '@') != NULL
					      ? show_clean(p->a, args->words[w])
					      : NULL;
		json_array_foreach (rooms, i, room)
			if (strcmp(show_get(p->a, room, "name"), args->words[w]) == 0 &&
				strcmp(show_get(p->a, room, "link"), link) == 0)
				mailbox = show_get(p->a, room, "mailbox");
		if (mailbox == NULL)
			return no_room(args->words[w], link);
		p->mailboxes[p->n++] = mailbox;
	}
	if (args->n_words == 1)
		json_array_foreach (rooms, i, room)
			if (strcmp(show_get(p->a, room, "link"), link) == 0)
				p->mailboxes[p->n++] = show_get(p->a, room, "mailbox");
	return p->n > 0 ? CLI_DONE : no_room("yet", link);
}

static void
print(const struct preparation *p, bool json)
{
	struct buf b;
	buf_init(&b, p->a);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].kind, show_get(p->a, p->link, "kind")) == 0)
			kinds[i].put(&b, p);
	if (json) {
		json_t *o = json_pack("{s:s}", "script", b.s);
		show_json(o);
		json_decref(o);
	} else {
		fputs(b.s, stdout);
	}
}

int
prepare_run(struct cli_args *args)
{
	struct preparation p = {.a = arena_new(0)};
	json_t *link = NULL, *rooms = NULL;
	int status = client_ask("link.get", json_pack("{s:s}", "name", args->words[0]), &link);
	if (status == CLI_DONE)
		status = client_ask("room.list", NULL, &rooms);
	p.link = link;
	if (status == CLI_DONE)
		status = find_rooms(&p, args, show_list(rooms, "rooms"));
	if (status == CLI_DONE)
		print(&p, args->json);
	json_decref(link);
	json_decref(rooms);
	arena_free(p.a);
	return status;
}
