using System.Xml.Linq;
using PublicDocumentation;

// The compiler writes the documentation of internal members too, and has no switch for it.
if (args is not [var assembly, var documentation, var output])
{
    Console.Error.WriteLine("PublicDocumentation ASSEMBLY DOCUMENTATION OUTPUT: keeps what is said of members that users of the assembly can see.");
    return 1;
}

var api = VisibleApi.Of(assembly);
var document = XDocument.Load(documentation, LoadOptions.PreserveWhitespace);
var hidden = document.Root!.Element("members")!.Elements("member").Where(member => !api.Has(member.Attribute("name")!.Value)).ToList();
foreach (var member in hidden)
{
    // With the line that it stood on.
    if (member.PreviousNode is XText blank)
        blank.Remove();
    member.Remove();
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
document.Save(output, SaveOptions.DisableFormatting);
return 0;
