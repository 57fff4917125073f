#pragma once

#include "ui/clusters/endpointdraft.h"

#include <QTableWidget>

namespace qcc {

/// Edits a text for each of several names in place; there is always an empty line at the end to type into. Delete clears a line.
class PairTable : public QTableWidget
{
    Q_OBJECT

public:
    /// What it says, and whether the texts are shown while nobody edits them.
    struct Words {
        QString name;
        QString text;
        QString accessibleName;
        QString accessibleDescription;
        bool hidesTexts = false;
    };

    explicit PairTable(const Words &words, QWidget *parent = nullptr);

    /// As typed, without the empty lines.
    PairLines lines() const;
    void setLines(const PairLines &lines);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void edited();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void closeEditor(QWidget *editor, QAbstractItemDelegate::EndEditHint hint) override;

private:
    void keepEmptyLine();

    bool m_filling = false;
};

/// The model map of an endpoint.
class ModelMapTable : public PairTable
{
    Q_OBJECT

public:
    explicit ModelMapTable(QWidget *parent = nullptr);
};

/// The headers that an endpoint gets besides those of its clients. They may hold secrets, and are hidden until one is typed anew.
class HeaderTable : public PairTable
{
    Q_OBJECT

public:
    explicit HeaderTable(QWidget *parent = nullptr);
};

/// The parameters that an endpoint gets in the query, hidden like headers.
class ParameterTable : public PairTable
{
    Q_OBJECT

public:
    explicit ParameterTable(QWidget *parent = nullptr);
};

} // namespace qcc
