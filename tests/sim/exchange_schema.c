#include <stddef.h>
#include <string.h>

#include "sim/exchange_schema.h"

/* Values. A list's words stand between blanks. */

static const struct schema_simple string = {"string", KIND_STRING, NULL};
static const struct schema_simple not_empty = {
	"NonEmptyStringType", KIND_NOT_EMPTY, NULL};
static const struct schema_simple boolean = {"boolean", KIND_BOOLEAN, NULL};
static const struct schema_simple integer = {"int", KIND_INT, NULL};
static const struct schema_simple date_time = {"dateTime", KIND_DATE_TIME, NULL};
static const struct schema_simple guid = {"GuidType", KIND_GUID, NULL};
static const struct schema_simple tag = {"PropertyTagType", KIND_TAG, NULL};
static const struct schema_simple field_name = {
	"UnindexedFieldURIType", KIND_FIELD, NULL};
static const struct schema_simple shape_name = {"DefaultShapeNamesType", KIND_WORD,
	"IdOnly Default AllProperties PcxPeopleSearch"};
static const struct schema_simple body_name = {
	"BodyTypeResponseType", KIND_WORD, "Best HTML Text"};
static const struct schema_simple traversal = {
	"ItemQueryTraversalType", KIND_WORD, "Shallow SoftDeleted Associated"};
static const struct schema_simple folder_name = {"DistinguishedFolderIdNameType",
	KIND_WORD,
	"calendar contacts deleteditems drafts inbox journal notes outbox sentitems "
	"tasks msgfolderroot publicfoldersroot root junkemail searchfolders "
	"voicemail recoverableitemsroot recoverableitemsdeletions "
	"recoverableitemsversions recoverableitemspurges "
	"recoverableitemsdiscoveryholds archiveroot archivemsgfolderroot "
	"archivedeleteditems archiveinbox archiverecoverableitemsroot "
	"archiverecoverableitemsdeletions archiverecoverableitemsversions "
	"archiverecoverableitemspurges archiverecoverableitemsdiscoveryholds "
	"syncissues conflicts localfailures serverfailures recipientcache "
	"quickcontacts conversationhistory adminauditlogs todosearch mycontacts "
	"directory imcontactlist peopleconnect favorites mecontact personmetadata "
	"teamspaceactivity teamspacemessaging teamspaceworkitems scheduled "
	"orionnotes tagitems alltaggeditems externalcontacts teamchat "
	"teamchathistory yammerroot yammerinbound yammeroutbound yammerfeeds "
	"onedriveroot onedriverecylebin onedrivesystem onedrivevolume important "
	"starred archive"};
static const struct schema_simple property_kind = {"MapiPropertyTypeType", KIND_WORD,
	"ApplicationTime ApplicationTimeArray Binary BinaryArray Boolean CLSID "
	"CLSIDArray Currency CurrencyArray Double DoubleArray Error Float "
	"FloatArray Integer IntegerArray Long LongArray Null Object ObjectArray "
	"Short ShortArray SystemTime SystemTimeArray String StringArray"};
static const struct schema_simple property_set = {"DistinguishedPropertySetType",
	KIND_WORD,
	"Meeting Appointment Common PublicStrings Address InternetHeaders "
	"CalendarAssistant UnifiedMessaging Task Sharing"};
static const struct schema_simple mailbox_name = {"MailboxTypeType", KIND_WORD,
	"Unknown OneOff Mailbox PublicDL PrivateDL Contact PublicFolder "
	"GroupMailbox ImplicitContact"};
static const struct schema_simple precision_name = {
	"DateTimePrecisionType", KIND_WORD, "Seconds Milliseconds"};
static const struct schema_simple indexed_name = {"DictionaryURIType", KIND_WORD,
	"item:InternetMessageHeader contacts:ImAddress "
	"contacts:PhysicalAddress:Street contacts:PhysicalAddress:City "
	"contacts:PhysicalAddress:State contacts:PhysicalAddress:CountryOrRegion "
	"contacts:PhysicalAddress:PostalCode contacts:PhoneNumber "
	"contacts:EmailAddress distributionlist:Members:Member"};

/* Elements. T and M say whose namespace they are of; then place, name, type and what
 * more. */

#define TYPE(name) static const struct schema_type name##_type
#define ATTRIBUTES(...)                                                                  \
	.attributes = (const struct schema_attribute[])                                  \
	{                                                                                \
		__VA_ARGS__,                                                             \
		{                                                                        \
			NULL, NULL, false                                                \
		}                                                                        \
	}
#define CHILDREN(...)                                                                    \
	.children = (const struct schema_child[])                                        \
	{                                                                                \
		__VA_ARGS__,                                                             \
		{                                                                        \
			.name = NULL                                                     \
		}                                                                        \
	}
#define T(at, what, of, ...)                                                             \
	{                                                                                \
		.place = (at), .ns = NS_TYPES, .name = (what), .type = &of##_type,       \
		__VA_ARGS__                                                              \
	}
#define M(at, what, of, ...)                                                             \
	{                                                                                \
		.place = (at), .ns = NS_MESSAGES, .name = (what), .type = &of##_type,    \
		__VA_ARGS__                                                              \
	}

TYPE(any) = {.any = true};
TYPE(any_header) = {.any = true, .in_header = true};
TYPE(text) = {.text = &string};
TYPE(name) = {.text = &not_empty};
TYPE(truth) = {.text = &boolean};
TYPE(count) = {.text = &integer};
TYPE(base_shape) = {.text = &shape_name};
TYPE(body_kind) = {.text = &body_name};
TYPE(mailbox_kind) = {.text = &mailbox_name};
TYPE(precision) = {.text = &precision_name};
TYPE(language) = {.text = &string, .in_header = true};

TYPE(field) = {ATTRIBUTES({"FieldURI", &field_name, true})};
TYPE(indexed) = {
	ATTRIBUTES({"FieldURI", &indexed_name, true}, {"FieldIndex", &string, true})};
TYPE(extended) = {ATTRIBUTES({"DistinguishedPropertySetId", &property_set, false},
	{"PropertySetId", &guid, false}, {"PropertyTag", &tag, false},
	{"PropertyName", &string, false}, {"PropertyId", &integer, false},
	{"PropertyType", &property_kind, true})};
TYPE(paths) = {CHILDREN(T(0, "FieldURI", field, .required = true, .many = true),
	T(0, "IndexedFieldURI", indexed, .required = true, .many = true),
	T(0, "ExtendedFieldURI", extended, .required = true, .many = true))};

TYPE(item_shape) = {CHILDREN(T(0, "BaseShape", base_shape, .required = true),
	T(1, "IncludeMimeContent", truth), T(2, "BodyType", body_kind),
	T(3, "UniqueBodyType", body_kind, .since = V2013),
	T(4, "NormalizedBodyType", body_kind, .since = V2013),
	T(5, "FilterHtmlContent", truth, .since = V2010),
	T(6, "ConvertHtmlCodePageToUTF8", truth, .since = V2010_SP1),
	T(7, "InlineImageUrlTemplate", text, .since = V2013),
	T(8, "BlockExternalImages", truth, .since = V2013),
	T(9, "AddBlankTargetToLinks", truth, .since = V2013),
	T(10, "MaximumBodySize", count, .since = V2013),
	T(11, "AdditionalProperties", paths))};
TYPE(folder_shape) = {CHILDREN(T(0, "BaseShape", base_shape, .required = true),
	T(1, "AdditionalProperties", paths))};

TYPE(id) = {ATTRIBUTES({"Id", &string, true}, {"ChangeKey", &string, false})};
TYPE(occurrence_id) = {ATTRIBUTES({"RecurringMasterId", &string, true},
	{"ChangeKey", &string, false}, {"InstanceIndex", &integer, true})};
TYPE(master_id) = {
	ATTRIBUTES({"OccurrenceId", &string, true}, {"ChangeKey", &string, false})};
TYPE(mailbox) = {CHILDREN(T(0, "Name", text), T(1, "EmailAddress", name),
	T(2, "RoutingType", name), T(3, "MailboxType", mailbox_kind), T(4, "ItemId", id),
	T(5, "OriginalDisplayName", text, .since = V2010))};
TYPE(folder) = {ATTRIBUTES({"Id", &folder_name, true}, {"ChangeKey", &string, false}),
	CHILDREN(T(0, "Mailbox", mailbox))};
TYPE(folders) = {CHILDREN(T(0, "FolderId", id, .required = true, .many = true),
	T(0, "DistinguishedFolderId", folder, .required = true, .many = true))};
TYPE(items) = {CHILDREN(T(0, "ItemId", id, .required = true, .many = true),
	T(0, "OccurrenceItemId", occurrence_id, .required = true, .many = true),
	T(0, "RecurringMasterItemId", master_id, .required = true, .many = true),
	T(0, "RecurringMasterItemIdRanges", any, .required = true, .many = true,
		.since = V2013))};

TYPE(calendar_view) = {ATTRIBUTES({"MaxEntriesReturned", &integer, false},
	{"StartDate", &date_time, true}, {"EndDate", &date_time, true})};
TYPE(find_item) = {ATTRIBUTES({"Traversal", &traversal, true}),
	CHILDREN(M(0, "ItemShape", item_shape, .required = true),
		M(1, "IndexedPageItemView", any), M(1, "FractionalPageItemView", any),
		M(1, "SeekToConditionPageItemView", any, .since = V2013),
		M(1, "CalendarView", calendar_view), M(1, "ContactsView", any),
		M(2, "GroupBy", any), M(2, "DistinguishedGroupBy", any),
		M(3, "Restriction", any), M(4, "SortOrder", any),
		M(5, "ParentFolderIds", folders, .required = true),
		M(6, "QueryString", any, .since = V2010))};
TYPE(get_item) = {CHILDREN(M(0, "ItemShape", item_shape, .required = true),
	M(1, "ItemIds", items, .required = true))};
TYPE(get_folder) = {CHILDREN(M(0, "FolderShape", folder_shape, .required = true),
	M(1, "FolderIds", folders, .required = true))};
TYPE(get_expiry) = {CHILDREN(M(0, "MailboxSmtpAddress", text))};

TYPE(connecting) = {CHILDREN(T(0, "PrincipalName", name, .required = true),
	T(0, "SID", name, .required = true),
	T(0, "PrimarySmtpAddress", name, .required = true),
	T(0, "SmtpAddress", name, .required = true))};
TYPE(impersonation) = {
	.in_header = true, CHILDREN(T(0, "ConnectingSID", connecting, .required = true))};
TYPE(server_version) = {.in_header = true, ATTRIBUTES({"Version", &string, true})};
TYPE(zone_context) = {
	.in_header = true, CHILDREN(T(0, "TimeZoneDefinition", any, .required = true))};

static const struct schema_child operations[] = {
	M(0, "FindItem", find_item),
	M(0, "GetItem", get_item),
	M(0, "GetFolder", get_folder),
	M(0, "GetPasswordExpirationDate", get_expiry, .since = V2010_SP2),
};

static const struct schema_child headers[] = {
	T(0, "RequestServerVersion", server_version),
	T(0, "ExchangeImpersonation", impersonation),
	T(0, "MailboxCulture", language),
	T(0, "TimeZoneContext", zone_context),
	T(0, "DateTimePrecision", precision),
	T(0, "ManagementRole", any_header),
};

static const struct schema_child *
find(const struct schema_child *rows, size_t n, const char *ns, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].ns, ns) == 0 && strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

const struct schema_child *
schema_operation(const char *ns, const char *name)
{
	return find(operations, sizeof operations / sizeof *operations, ns, name);
}

const struct schema_child *
schema_header(const char *ns, const char *name)
{
	return find(headers, sizeof headers / sizeof *headers, ns, name);
}
